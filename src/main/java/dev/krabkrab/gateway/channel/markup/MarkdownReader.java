package dev.krabkrab.gateway.channel.markup;

import dev.krabkrab.gateway.channel.markup.Style.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.strikethrough.Strikethrough;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.CustomNode;
import org.commonmark.node.Emphasis;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.ListBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.Parser;
import org.jspecify.annotations.Nullable;

/**
 * Reads CommonMark with tables and strike-through. HTML is text like any other. Nothing that is
 * written gets lost: what has no look in a chat stands there in words.
 */
final class MarkdownReader extends AbstractVisitor {
  /** Longer texts are not looked at. */
  private static final int MOST_CHARACTERS = 100_000;

  /** Blocks and looks within each other; what is deeper is text. */
  private static final int DEEPEST = 24;

  /** Cells of all tables, those included that a short row does not write. */
  private static final int MOST_CELLS = 20_000;

  private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z0-9_+#.-]{1,30}");
  private static final Parser PARSER =
      Parser.builder()
          .extensions(
              List.of(
                  StrikethroughExtension.create(),
                  TablesExtension.builder().maxCells(MOST_CELLS).build()))
          .maxOpenBlockParsers(DEEPEST)
          .maxInlineNesting(DEEPEST)
          .inlineParserFactory(BoundedInlines::new)
          .build();

  private final Layout page = new Layout();
  private final Set<String> schemes;
  private final Set<String> addresses;

  private MarkdownReader(Set<String> schemes, Set<String> addresses) {
    this.schemes = schemes;
    this.addresses = addresses;
  }

  static RichText read(String markdown, Set<String> schemes) {
    if (markdown.length() > MOST_CHARACTERS) {
      return RichText.of(markdown);
    }
    Node document;
    try {
      document = PARSER.parse(markdown);
    } catch (IllegalArgumentException e) {
      // What is beyond the bounds of the parser goes out as it is.
      return RichText.of(markdown);
    }
    MarkdownReader reader = new MarkdownReader(schemes, addresses(document));
    document.accept(reader);
    RichText read = reader.page.build();
    return read.plain().isBlank() ? RichText.of(markdown) : read;
  }

  /** What links lead to, so that definitions that none of them uses are known. */
  private static Set<String> addresses(Node document) {
    Set<String> found = new HashSet<>();
    for (Node node = document; node != null; node = Nodes.next(node, document)) {
      if (node instanceof Link link) {
        found.add(link.getDestination());
      } else if (node instanceof Image image) {
        found.add(image.getDestination());
      }
    }
    return found;
  }

  private void within(Kind kind, Node node) {
    page.within(Style.of(kind), () -> visitChildren(node));
  }

  @Override
  public void visit(Paragraph paragraph) {
    boolean tight =
        paragraph.getParent() instanceof ListItem item
            && item.getParent() instanceof ListBlock list
            && list.isTight();
    page.block(tight ? 1 : 2);
    visitChildren(paragraph);
  }

  @Override
  public void visit(Heading heading) {
    page.block(2);
    within(Kind.BOLD, heading);
  }

  @Override
  public void visit(BlockQuote quote) {
    page.quote(() -> visitChildren(quote));
  }

  @Override
  public void visit(BulletList list) {
    items(list, -1, "");
  }

  @Override
  public void visit(OrderedList list) {
    Integer first = list.getMarkerStartNumber();
    String mark = list.getMarkerDelimiter();
    items(list, first == null ? 1 : first, mark == null ? "." : mark);
  }

  private void items(ListBlock list, int first, String mark) {
    page.block(list.getParent() instanceof ListItem ? 1 : 2);
    int number = first;
    for (Node item = list.getFirstChild(); item != null; item = item.getNext()) {
      if (item != list.getFirstChild()) {
        page.block(list.isTight() ? 1 : 2);
      }
      Node content = item;
      page.item(first < 0 ? "• " : number + mark + " ", () -> visitChildren(content));
      number++;
    }
  }

  @Override
  public void visit(FencedCodeBlock code) {
    String info = code.getInfo() == null ? "" : code.getInfo().strip();
    String language = info.split("\\s+", 2)[0];
    page.code(code.getLiteral(), LANGUAGE.matcher(language).matches() ? language : "");
  }

  @Override
  public void visit(IndentedCodeBlock code) {
    page.code(code.getLiteral(), "");
  }

  @Override
  public void visit(HtmlBlock html) {
    page.block(2);
    page.say(html.getLiteral().stripTrailing());
  }

  @Override
  public void visit(ThematicBreak line) {
    page.block(2);
    page.say("———");
  }

  @Override
  public void visit(LinkReferenceDefinition definition) {
    if (!addresses.contains(definition.getDestination())) {
      page.block(2);
      String title = definition.getTitle();
      page.say(
          "["
              + definition.getLabel()
              + "]: "
              + definition.getDestination()
              + (title == null ? "" : " " + title));
    }
  }

  @Override
  public void visit(Text text) {
    page.say(text.getLiteral());
  }

  @Override
  public void visit(Code code) {
    page.code(code.getLiteral());
  }

  @Override
  public void visit(HtmlInline html) {
    page.say(html.getLiteral());
  }

  @Override
  public void visit(SoftLineBreak line) {
    page.line();
  }

  @Override
  public void visit(HardLineBreak line) {
    page.line();
  }

  @Override
  public void visit(Emphasis emphasis) {
    within(Kind.ITALIC, emphasis);
  }

  @Override
  public void visit(StrongEmphasis strong) {
    within(Kind.BOLD, strong);
  }

  @Override
  public void visit(Link link) {
    link(link, link.getDestination());
  }

  @Override
  public void visit(Image image) {
    link(image, image.getDestination());
  }

  private void link(Node link, String address) {
    String words = Nodes.plain(link);
    Style style = new Style(Kind.LINK, address);
    boolean links = !page.isIn(Kind.LINK) && isAddress(address);
    if (links) {
      page.within(style, () -> words(link, words.isBlank() ? address : null));
    } else {
      words(link, words.isBlank() ? address : null);
      if (!words.isBlank() && !words.equals(address)) {
        page.say(" (" + address + ")");
      }
    }
  }

  private void words(Node link, @Nullable String instead) {
    if (instead == null) {
      visitChildren(link);
    } else {
      page.say(instead);
    }
  }

  /** A link to a user of Telegram would be a mention. */
  private boolean isAddress(String address) {
    String lower = address.toLowerCase(Locale.ROOT);
    int colon = lower.indexOf(':');
    return colon > 0
        && address.length() <= Markup.LONGEST_ADDRESS
        && schemes.contains(lower.substring(0, colon))
        && !lower.startsWith("tg://user")
        && lower.chars().allMatch(c -> c > ' ');
  }

  @Override
  public void visit(CustomNode node) {
    if (node instanceof Strikethrough) {
      within(Kind.STRIKE, node);
    } else {
      visitChildren(node);
    }
  }

  @Override
  public void visit(CustomBlock block) {
    if (block instanceof TableBlock table) {
      page.code(Table.of(table), "");
    } else {
      visitChildren(block);
    }
  }
}
