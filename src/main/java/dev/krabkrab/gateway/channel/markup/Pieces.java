package dev.krabkrab.gateway.channel.markup;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a text into what a channel takes at once: between blocks where possible, else at lines, else
 * at words, never within what is seen as one character. Looks end with a piece and begin again with
 * the next one, blocks of code among them.
 */
public final class Pieces {
  /** Characters that one seen character may have. */
  private static final int LONGEST_SIGN = 64;

  private final RichText text;
  private final String plain;
  private final Markup markup;

  private Pieces(RichText text, Markup markup) {
    this.text = text;
    this.plain = text.plain();
    this.markup = markup;
  }

  /**
   * Cuts Markdown; always the same for the same.
   *
   * @return each with something to be seen in it, since channels refuse others; none for a text
   *     without
   */
  public static List<Piece> ofMarkdown(String markdown, Markup markup) {
    return new Pieces(MarkdownReader.read(markdown, markup.schemes()), markup).all();
  }

  private List<Piece> all() {
    List<Piece> pieces = new ArrayList<>();
    int from = begin(0);
    while (from < plain.length()) {
      int cut = fits(from, plain.length()) ? plain.length() : seam(from, longest(from));
      int to = end(from, cut);
      if (isSeen(from, to)) {
        pieces.add(
            new Piece(text.write(from, to, markup.writers().get()), plain.substring(from, to)));
      }
      from = begin(cut);
    }
    return pieces;
  }

  /** Whether it is more than blanks, control characters and signs of no width. */
  private boolean isSeen(int from, int to) {
    return plain
        .substring(from, to)
        .codePoints()
        .anyMatch(
            c ->
                !Character.isWhitespace(c)
                    && !Character.isSpaceChar(c)
                    && !Character.isISOControl(c)
                    && Character.getType(c) != Character.FORMAT);
  }

  private boolean fits(int from, int to) {
    return to - from <= markup.most()
        && text.write(from, to, markup.writers().get()).length() <= markup.most();
  }

  private int longest(int from) {
    int least = from + 1;
    int above = Math.min(plain.length(), from + markup.most()) + 1;
    while (above - least > 1) {
      int middle = (least + above) >>> 1;
      if (fits(from, middle)) {
        least = middle;
      } else {
        above = middle;
      }
    }
    return least;
  }

  private int seam(int from, int last) {
    int half = from + (last - from) / 2;
    Integer block = text.seams().floor(last);
    if (block != null && block > from) {
      Integer next = text.seams().higher(block);
      int length = (next == null ? plain.length() : next) - block;
      if (block > half || length <= last - from) {
        return block;
      }
    }
    int line = plain.lastIndexOf('\n', last);
    if (line > half) {
      return line;
    }
    int word = plain.lastIndexOf(' ', last);
    return word > half ? word : sign(from, last);
  }

  /** Before what is seen as one character, or at least not within a pair of surrogates. */
  private int sign(int from, int last) {
    int until = Math.min(plain.length(), last + LONGEST_SIGN);
    BreakIterator signs = BreakIterator.getCharacterInstance(Locale.ROOT);
    signs.setText(plain.substring(from, until));
    int place = from + signs.preceding(Math.min(last - from + 1, until - from));
    if (place > from && last - place < LONGEST_SIGN) {
      return place;
    }
    boolean pair =
        last < plain.length()
            && Character.isSurrogatePair(plain.charAt(last - 1), plain.charAt(last));
    return !pair ? last : last - 1 > from ? last - 1 : last + 1;
  }

  /** Blanks at a cut are left out; of code only the line break. */
  private int begin(int cut) {
    int at = cut;
    if (at > 0 && at < plain.length() && text.isCodeBlock(at) && text.isCodeBlock(at - 1)) {
      return plain.charAt(at) == '\n' ? at + 1 : at;
    }
    while (at < plain.length()
        && Character.isWhitespace(plain.charAt(at))
        && !text.isCodeBlock(at)) {
      at++;
    }
    return at;
  }

  private int end(int from, int cut) {
    int at = cut;
    while (at > from && Character.isWhitespace(plain.charAt(at - 1)) && !text.isCodeBlock(at - 1)) {
      at--;
    }
    return at;
  }
}
