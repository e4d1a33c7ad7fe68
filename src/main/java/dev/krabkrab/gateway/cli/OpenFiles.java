package dev.krabkrab.gateway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many files, and so sockets, this process may have open. */
final class OpenFiles {
  /** Java raises its own limit to the hard one, which is the second number. */
  private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files\\s+\\S+\\s+(\\d+)");

  private OpenFiles() {}

  /** The limit; the largest number where nobody says. */
  static long most() {
    try {
      Matcher limit = LIMIT.matcher(Files.readString(Path.of("/proc/self/limits")));
      return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }
}
