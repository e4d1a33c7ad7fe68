package dev.krabkrab.gateway.control.approvals;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The names under which programs are known, without what systems put before and after them. */
final class ProgramNames {
  /** What ports of a program put before its name: GNU's on other systems, and rewritten ones. */
  private static final List<String> PREFIXES = List.of("gnu-", "gnu", "g", "uu-", "uu_");

  /** Programs with names of their own that only look like GNU's zip and pg. */
  private static final List<String> OWN = List.of("gzip", "gpg");

  private ProgramNames() {}

  /** The last part of the path as programs are known by: in lower case, without {@code .exe}. */
  static String of(String program) {
    String name = folded(lastPart(program));
    while (name.endsWith(".") || name.endsWith(" ")) {
      name = name.substring(0, name.length() - 1);
    }
    return name.endsWith(".exe") || name.endsWith(".com")
        ? name.substring(0, name.length() - 4)
        : name;
  }

  /** Whether the last part of the path has no character that file systems take for another. */
  static boolean isAscii(String program) {
    return lastPart(program).chars().allMatch(c -> c < 0x7F);
  }

  /** The name itself, and what is left of it without a port's prefix. */
  static List<String> forms(String name) {
    List<String> forms = new ArrayList<>(List.of(name));
    if (OWN.contains(stem(name))) {
      return forms;
    }
    for (String prefix : PREFIXES) {
      if (name.startsWith(prefix) && name.length() > prefix.length() + 1) {
        forms.add(name.substring(prefix.length()));
      }
    }
    return forms;
  }

  /** The letters it begins with. */
  static String stem(String name) {
    int letters = 0;
    while (letters < name.length() && Character.isLetter(name.charAt(letters))) {
      letters++;
    }
    return name.substring(0, letters);
  }

  /** Whether a name is another one with a version or a variant after it. */
  static boolean isVariant(String name, String stem) {
    return stem.length() > 1
        && name.length() > stem.length()
        && name.startsWith(stem)
        && !Character.isLetter(name.charAt(stem.length()));
  }

  private static String lastPart(String program) {
    int slash = Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\'));
    return program.substring(slash + 1);
  }

  /** As file systems compare names that do not tell upper from lower case. */
  private static String folded(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }
}
