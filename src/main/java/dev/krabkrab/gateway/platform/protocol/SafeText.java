package dev.krabkrab.gateway.platform.protocol;

/**
 * Shows a text of others to a person as what it is: whatever is invisible, moves the cursor,
 * changes the direction or begins a new line is shown as an escape. Clients, models, nodes and
 * chats choose such texts, and what a person reads must be what there is.
 *
 * <p>Escaped are the categories Cc, Cf, Cs, Co, Cn, Zl, Zp, spaces other than U+0020, everything
 * that Unicode calls ignorable by default, and letters and symbols that are blank. Kept are
 * letters, marks, digits, punctuation and symbols of every script, and within emoji the joiner
 * between two of them and the variation selector behind one. Of marks on one letter four are kept,
 * none that would sit on what stands before the text, and none that strikes through or encloses
 * what it is on. Escaping twice changes nothing more.
 */
public final class SafeText {
  /** Stands before each line of a block, so that no line of a value looks like one of ours. */
  public static final String BAR = "│ ";

  private static final int MOST_MARKS = 4;
  private static final int MOST_BLANKS = 32;
  private static final int JOINER = 0x200D;
  private static final int EMOJI_STYLE = 0xFE0F;
  private static final int LAST_LATIN_1 = 0xFF;

  /** First and last of each range that is blank or ignorable though it is a letter or a mark. */
  private static final int[] BLANK = {
    0x034F, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x2065, 0x2065, 0x2800, 0x2800,
    0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFFA0, 0xFFA0, 0xFFFC, 0xFFFC, 0x13441, 0x13442, 0x16FE4,
    0x16FE4, 0x1BCA0, 0x1BCA3, 0x1D159, 0x1D159, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF
  };

  /** First and last of each range of marks that make another sign of the one they are on. */
  private static final int[] OVERLAYS = {
    0x0334, 0x0338, 0x0488, 0x0489, 0x1ABE, 0x1ABE, 0x20D2, 0x20D3, 0x20D8, 0x20DA, 0x20DD, 0x20E0,
    0x20E2, 0x20E2, 0x20E4, 0x20E6, 0x20EA, 0x20EB, 0xA670, 0xA672
  };

  private SafeText() {}

  /** The text on one line: a line break in it is shown as {@code ␊}. */
  public static String line(String text) {
    return isPlain(text) ? text : escaped(text);
  }

  /**
   * The same, with more than {@value #MOST_BLANKS} blanks in a row shown by their number: for a
   * value whose end they would push out of sight.
   */
  public static String value(String text) {
    return blanks(line(text));
  }

  /** The text on its lines, each of them behind {@link #BAR}. */
  public static String block(String text) {
    StringBuilder block = new StringBuilder(text.length() + 16);
    for (String line : text.split("\r?\n", -1)) {
      block.append(block.isEmpty() ? "" : "\n").append(BAR).append(line(line));
    }
    return block.toString();
  }

  /**
   * The text on its lines, those after the first behind {@link #BAR}: for what is told under a
   * heading of its own.
   */
  public static String hanging(String text) {
    String block = block(text);
    return block.substring(BAR.length());
  }

  /** The same JSON document with escapes, those of JSON, for what a reader would not see. */
  public static String json(String json) {
    StringBuilder shown = null;
    for (int i = 0; i < json.length(); ) {
      int c = json.codePointAt(i);
      int width = Character.charCount(c);
      boolean layout = c == '\n' || c == '\r' || c == '\t';
      if (!layout && isHidden(c)) {
        shown = shown == null ? new StringBuilder(json.substring(0, i)) : shown;
        for (int at = i; at < i + width; at++) {
          unit(shown, json.charAt(at));
        }
      } else if (shown != null) {
        shown.appendCodePoint(c);
      }
      i += width;
    }
    return shown == null ? json : shown.toString();
  }

  /** Whether a character by itself is shown as an escape. */
  public static boolean isHidden(int c) {
    if (c < 0x7F) {
      return c < ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          true;
      default -> isIn(BLANK, c) || isIn(OVERLAYS, c);
    };
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static String blanks(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int end = i;
      while (end < text.length() && text.charAt(end) == ' ') {
        end++;
      }
      if (end - i > MOST_BLANKS) {
        shown.append('␠').append('×').append(end - i);
      } else {
        shown.append(text, i, end);
      }
      if (end < text.length()) {
        shown.append(text.charAt(end));
      }
      i = end + 1;
    }
    return shown.toString();
  }

  private static String escaped(String text) {
    StringBuilder shown = new StringBuilder(text.length() + 16);
    int marks = MOST_MARKS;
    int before = 0;
    boolean styled = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      int next = i + width < text.length() ? text.codePointAt(i + width) : 0;
      boolean joins = !(styled && c == EMOJI_STYLE) && inEmoji(before, c, next);
      if (joins) {
        shown.appendCodePoint(c);
      } else if (isHidden(c)) {
        escape(shown, c);
        marks = MOST_MARKS;
      } else if (isMark(c)) {
        if (marks < MOST_MARKS) {
          shown.appendCodePoint(c);
          marks++;
        } else {
          escape(shown, c);
        }
      } else {
        shown.appendCodePoint(c);
        marks = 0;
      }
      styled = joins && c == EMOJI_STYLE;
      before = styled ? before : c;
      i += width;
    }
    return shown.toString();
  }

  /** Emoji are made of several characters that by themselves would be hidden. */
  private static boolean inEmoji(int before, int c, int next) {
    return switch (c) {
      case EMOJI_STYLE -> isPicture(before);
      case JOINER -> (isPicture(before) || Character.isEmojiModifier(before)) && isPicture(next);
      default -> false;
    };
  }

  private static boolean isPicture(int c) {
    return c > LAST_LATIN_1 && Character.isExtendedPictographic(c) && !isHidden(c);
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }

  private static boolean isIn(int[] ranges, int c) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (c >= ranges[i] && c <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }

  private static void escape(StringBuilder shown, int c) {
    switch (c) {
      case '\n' -> shown.append('␊');
      case '\r' -> shown.append('␍');
      case '\t' -> shown.append('␉');
      default -> {
        if (Character.isBmpCodePoint(c)) {
          unit(shown, (char) c);
        } else {
          shown.append("\\u{").append(Integer.toHexString(c)).append('}');
        }
      }
    }
  }

  private static void unit(StringBuilder shown, char c) {
    String hex = Integer.toHexString(c);
    shown.append("\\u").append("0000", 0, 4 - hex.length()).append(hex);
  }
}
