package dev.krabkrab.gateway.channel.markup;

import org.commonmark.node.Code;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.jspecify.annotations.Nullable;

/** Walks over what Markdown was read into, however deep it is. */
final class Nodes {
  private Nodes() {}

  /** The node that comes next in the text, below a node; null behind the last one. */
  static @Nullable Node next(Node node, Node below) {
    if (node.getFirstChild() != null) {
      return node.getFirstChild();
    }
    Node at = node;
    while (at != null && at != below && at.getNext() == null) {
      at = at.getParent();
    }
    return at == null || at == below ? null : at.getNext();
  }

  /** The words of a node on one line, with the addresses of links that are not their words. */
  static String plain(Node within) {
    StringBuilder words = new StringBuilder();
    for (Node node = next(within, within); node != null; node = next(node, within)) {
      switch (node) {
        case Text text -> words.append(text.getLiteral());
        case Code code -> words.append(code.getLiteral());
        case HtmlInline html -> words.append(html.getLiteral());
        case SoftLineBreak line -> words.append(' ');
        case HardLineBreak line -> words.append(' ');
        default -> {
          // Has no words of its own.
        }
      }
    }
    return words.toString();
  }

  /** Where a link leads to, or null for what is none. */
  static @Nullable String address(Node node) {
    return switch (node) {
      case Link link -> link.getDestination();
      case Image image -> image.getDestination();
      default -> null;
    };
  }
}
