package dev.krabkrab.gateway.cli;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Text given on the command line, in a file or on standard input. */
final class Input {
  private Input() {}

  /** The argument itself, or standard input for {@code -}. */
  static String argument(String argument, CliContext context) {
    return argument.equals("-") ? standardInput(context) : argument;
  }

  /** The file's text, or standard input for {@code -}. */
  static String file(Path file, CliContext context) {
    if (file.toString().equals("-")) {
      return standardInput(context);
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw CliException.usage("cannot read " + file + ": " + e, "Check the name after --file.");
    }
  }

  /** Either an argument or a file, exactly one of them. */
  static String either(@Nullable String argument, @Nullable Path file, CliContext context) {
    if (argument != null && file == null) {
      return argument(argument, context);
    }
    if (file != null && argument == null) {
      return file(file, context);
    }
    throw CliException.usage(
        "give the document either as an argument or with --file", "'-' reads standard input.");
  }

  private static String standardInput(CliContext context) {
    try {
      StringWriter text = new StringWriter();
      context.in().transferTo(text);
      return text.toString();
    } catch (IOException e) {
      throw CliException.local("cannot read standard input: " + e, null, e);
    }
  }
}
