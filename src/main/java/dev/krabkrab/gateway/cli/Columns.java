package dev.krabkrab.gateway.cli;

import java.util.ArrayList;
import java.util.List;

/** How many columns of a terminal a text takes, and how it is folded into so many. */
final class Columns {
  /**
   * First and last of each range that takes two columns: East Asian Width W and F of Unicode,
   * blocks as a whole.
   */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3,
    0x25FD, 0x25FE, 0x2614, 0x2615, 0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1,
    0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE, 0x26D4, 0x26D4, 0x26EA, 0x26EA,
    0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA, 0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B,
    0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797,
    0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55, 0x2E80, 0x303E,
    0x3041, 0x4DBF, 0x4E00, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19,
    0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18DFF, 0x1AFF0, 0x1B2FF, 0x1F004,
    0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D,
    0x1F335, 0x1F337, 0x1F37C, 0x1F37E, 0x1F393, 0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0,
    0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E, 0x1F440, 0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF,
    0x1F53D, 0x1F54B, 0x1F54E, 0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595, 0x1F596, 0x1F5A4,
    0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5,
    0x1F6D7, 0x1F6DC, 0x1F6DF, 0x1F6EB, 0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7EB, 0x1F7F0,
    0x1F7F0, 0x1F90C, 0x1F93A, 0x1F93C, 0x1F945, 0x1F947, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000,
    0x3FFFD
  };

  /** Ends a line where the text goes on without a blank, as in a shell. */
  private static final String GOES_ON = "\\";

  private Columns() {}

  /** The columns that a text on one line takes. */
  static int of(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      columns += of(c);
      i += Character.charCount(c);
    }
    return columns;
  }

  /** The columns of one character: 0 for what joins the one before it, 2 for a wide one. */
  static int of(int c) {
    if (c < 0x300) {
      return c < ' ' || c == 0xAD ? 0 : 1;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(c) ? 2 : isTrailingJamo(c) ? 0 : 1;
    };
  }

  /** The text followed by blanks up to so many columns. */
  static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - of(text)));
  }

  /**
   * The text on lines of at most so many columns: broken at blanks, behind commas, and only where a
   * word by itself is too long inside of it, which a backslash at the line's end shows. Nothing but
   * the blanks at the breaks is left out.
   *
   * @param columns at least 4
   */
  static List<String> fold(String text, int columns) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (of(rest) > columns) {
      int end = fitting(rest, columns);
      int at = breakAt(rest, end);
      if (at > 0) {
        lines.add(rest.substring(0, at).stripTrailing());
        rest = rest.substring(at).stripLeading();
      } else {
        end = fitting(rest, columns - 1);
        lines.add(rest.substring(0, end) + GOES_ON);
        rest = rest.substring(end);
      }
    }
    lines.add(rest);
    return lines;
  }

  /** The text on such lines, broken at blanks alone: a word is never torn, however long. */
  static List<String> words(String text, int columns) {
    return words(List.of(text.strip().split(" +")), columns);
  }

  /** The same of words that may have blanks in them. */
  static List<String> words(List<String> words, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      if (!line.isEmpty() && of(line.toString()) + 1 + of(word) > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** The index up to which the text fits into so many columns, whole characters only. */
  private static int fitting(String text, int columns) {
    int used = 0;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      used += of(c);
      if (used > columns) {
        break;
      }
      i += Character.charCount(c);
    }
    return i;
  }

  /** The index of the last place up to {@code end} where the next line may begin; 0 for none. */
  private static int breakAt(String text, int end) {
    for (int i = end; i > 0; i--) {
      boolean blank = i < text.length() && text.charAt(i) == ' ';
      char before = text.charAt(i - 1);
      // Behind a backslash a blank is part of the word, and the break would look like another one.
      boolean escaped = before == '\\' || (before == ' ' && i > 1 && text.charAt(i - 2) == '\\');
      if (!escaped
          && !text.substring(0, i).isBlank()
          && (blank || before == ' ' || before == ',')) {
        return i;
      }
    }
    return 0;
  }

  private static boolean isTrailingJamo(int c) {
    return c >= 0x1160 && c <= 0x11FF;
  }

  private static boolean isWide(int c) {
    for (int i = 0; i < WIDE.length && c >= WIDE[i]; i += 2) {
      if (c <= WIDE[i + 1]) {
        return true;
      }
    }
    return false;
  }
}
