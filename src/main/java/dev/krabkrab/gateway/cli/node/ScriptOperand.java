package dev.krabkrab.gateway.cli.node;

import dev.krabkrab.gateway.control.approvals.CommandForms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The script that a command runs, as far as its words name one: the program itself, what an
 * interpreter is given, or the first such in a text for a shell.
 *
 * @param index of the word that names it
 * @param file its real path
 * @param sha256 of its content, in hex
 */
record ScriptOperand(int index, Path file, String sha256) {
  private static final int MOST_BYTES = 16 * 1024 * 1024;
  private static final byte[] MARK = {'#', '!'};
  private static final Pattern BETWEEN = Pattern.compile("[\\s;&|()<>'\"]+");
  private static final Pattern INTERPRETER =
      Pattern.compile(
          "(?:.*/)?(?:(?:ba|da|z|k|a|fi)?sh|(?:python|pypy|perl|ruby|php|lua|node|nodejs|deno|bun"
              + "|tclsh|wish|Rscript|osascript|pwsh|gawk|mawk|awk)[0-9.]*)");

  /** Finds it, or null when none is named that can be read. */
  static @Nullable ScriptOperand of(RunRequest request) {
    Path program = real(request.program());
    if (program != null && isScript(program)) {
      return read(0, program);
    }
    List<String> argv = request.argv();
    String text = CommandForms.script(argv);
    if (text != null) {
      return among(List.of(BETWEEN.split(text.strip())), argv.size() - 1, request.cwd());
    }
    return INTERPRETER.matcher(request.program().toString()).matches()
        ? among(argv, -1, request.cwd())
        : null;
  }

  /**
   * @param in the word of the command that all of these stand in; -1 when they are its words
   */
  private static @Nullable ScriptOperand among(List<String> words, int in, Path cwd) {
    boolean interpreted = in < 0;
    for (int i = in < 0 ? 1 : 0; i < words.size(); i++) {
      String word = words.get(i);
      Path file = word.startsWith("-") ? null : file(word, cwd);
      if (file != null && (interpreted || (word.indexOf('/') >= 0 && isScript(file)))) {
        return read(in < 0 ? i : in, file);
      }
      interpreted = interpreted || INTERPRETER.matcher(word).matches();
    }
    return null;
  }

  private static @Nullable ScriptOperand read(int index, Path file) {
    try {
      return Files.size(file) > MOST_BYTES
          ? null
          : new ScriptOperand(index, file, PolicyFile.sha256(Files.readAllBytes(file)));
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean isScript(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(MARK.length), MARK);
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable Path file(String word, Path cwd) {
    try {
      Path file = cwd.resolve(word);
      return word.isEmpty() || !Files.isRegularFile(file) || isInterpreter(file)
          ? null
          : real(file);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static boolean isInterpreter(Path file) {
    return Files.isExecutable(file) && INTERPRETER.matcher(file.toString()).matches();
  }

  private static @Nullable Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return null;
    }
  }
}
