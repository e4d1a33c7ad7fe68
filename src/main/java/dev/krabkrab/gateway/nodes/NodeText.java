package dev.krabkrab.gateway.nodes;

/** Texts that nodes send, as people and models are shown them: on one line, with nothing hidden. */
final class NodeText {
  private static final int LONGEST_NAME = 64;

  private NodeText() {}

  /** The text on one line; what breaks lines, turns them round or is not seen is written out. */
  static String line(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(line, c));
    return line.toString();
  }

  private static void append(StringBuilder line, int c) {
    switch (c) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (isHidden(c)) {
          line.append("\\u{").append(Integer.toHexString(c)).append('}');
        } else {
          line.appendCodePoint(c);
        }
      }
    }
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  /** Which node speaks: its name without what could end the mark it stands in, and its id. */
  static String source(String name, String nodeId) {
    String plain = line(name).replaceAll("[\\[\\]()]", "_");
    String shown = plain.length() > LONGEST_NAME ? plain.substring(0, LONGEST_NAME) : plain;
    return "node " + shown + " (" + line(nodeId).replaceAll("[\\[\\]()]", "_") + ")";
  }
}
