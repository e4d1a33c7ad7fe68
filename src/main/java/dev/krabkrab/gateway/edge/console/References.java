package dev.krabkrab.gateway.edge.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds where a file of the console names another one. */
final class References {
  /** Imports and re-exports; {@code import(…)} with a literal; addresses of files. */
  private static final Pattern SCRIPT =
      Pattern.compile(
          "(?<![\\w$.])(?:import|export)(?:\\s*|(?<lazy>\\s*\\(\\s*)|[^;\"'`()]*?\\bfrom\\s*)(?<quote>[\"'])(?<name>[^\"'\\n"
              + "]+)\\k<quote>|\\bnew\\s+URL\\(\\s*(?<mark>[\"'])(?<file>\\.{1,2}/[^\"'\\n"
              + "]+\\.[a-z0-9]+)\\k<mark>\\s*,\\s*import\\.meta\\.url\\s*\\)");

  private static final Pattern STYLE =
      Pattern.compile(
          "url\\(\\s*[\"']?(?<name>\\.{1,2}/[^\"')\\s]+)[\"']?\\s*\\)"
              + "|@import\\s+[\"'](?<file>[^\"']+)[\"']");

  private static final Pattern DOCUMENT =
      Pattern.compile(
          "<(?:script|link)\\b[^>]*?\\s(?:src|href)=\"(?<name>(?!data:|/|\\w+://)[^\"]+)\"");

  private static final Pattern SOURCE_MAP = Pattern.compile("\\n//# sourceMappingURL=\\S+\\s*$");

  private References() {}

  /**
   * A place in a text that names a file.
   *
   * @param start of the name, without quotation marks
   * @param end behind it
   * @param target the full name of the file
   * @param atOnce whether the file is needed before the naming one can do anything
   */
  record Reference(int start, int end, String target, boolean atOnce) {}

  /** Without the address of a source map, which is not served. */
  static String withoutMap(String script) {
    return SOURCE_MAP.matcher(script).replaceFirst("\n");
  }

  /** The places in one file, in their order. */
  static List<Reference> in(String name, String text) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "js" -> find(name, text, SCRIPT);
      case "css" -> find(name, text, STYLE);
      case "html" -> find(name, text, DOCUMENT);
      default -> List.of();
    };
  }

  private static List<Reference> find(String name, String text, Pattern pattern) {
    List<Reference> found = new ArrayList<>();
    Matcher place = pattern.matcher(text);
    while (place.find()) {
      String group = pattern == DOCUMENT || place.group("name") != null ? "name" : "file";
      boolean atOnce = pattern == SCRIPT && group.equals("name") && place.group("lazy") == null;
      found.add(
          new Reference(
              place.start(group),
              place.end(group),
              ConsoleFiles.resolve(place.group(group), name),
              atOnce));
    }
    return List.copyOf(found);
  }
}
