package dev.krabkrab.gateway.channel.markup;

import org.commonmark.internal.InlineParserImpl;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.InlineParser;
import org.commonmark.parser.InlineParserContext;
import org.commonmark.parser.SourceLine;
import org.commonmark.parser.SourceLines;

/**
 * Looks for looks within paragraphs, but not within the longest ones. The time for a paragraph can
 * grow with the square of its length; so it grows with the length of the text alone.
 */
final class BoundedInlines implements InlineParser {
  /** Characters of a paragraph; a longer one is text. */
  private static final int LONGEST = 8_000;

  private final InlineParser inner;

  BoundedInlines(InlineParserContext context) {
    this.inner = new InlineParserImpl(context);
  }

  @Override
  public void parse(SourceLines lines, Node node) {
    int length = lines.getLines().stream().mapToInt(line -> line.getContent().length() + 1).sum();
    if (length <= LONGEST) {
      inner.parse(lines, node);
      return;
    }
    boolean first = true;
    for (SourceLine line : lines.getLines()) {
      if (!first) {
        node.appendChild(new SoftLineBreak());
      }
      node.appendChild(new Text(line.getContent().toString()));
      first = false;
    }
  }
}
