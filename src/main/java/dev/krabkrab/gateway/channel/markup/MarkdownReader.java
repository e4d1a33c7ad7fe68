package dev.krabkrab.gateway.channel.markup;

import dev.krabkrab.gateway.channel.markup.Style.Kind;
import java.util.ArrayList;
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

/**
 * Reads CommonMark with tables and strike-through. HTML is text like any other. Nothing that is
 * written gets lost: what has no look in a chat stands there in words.
 */
final class MarkdownReader extends AbstractVisitor {
  /** Longer texts are not looked at. */
  private static final int MOST_CHARACTERS = 200_000;

  /** Blocks and looks within each other; what is deeper is text. */
  private static final int DEEPEST = 24;

  /** An address has to fit into one piece, however it is escaped. */
  private static final int LONGEST_ADDRESS = 600;

  private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z0-9_+#.-]{1,30}");
  private static final Set<String> SCHEMES = Set.of("http", "https", "mailto", "tg");
  private static final Parser PARSER =
      Parser.builder()
          .extensions(List.of(StrikethroughExtension.create(), TablesExtension.create()))
          .maxOpenBlockParsers(DEEPEST)
          .maxInlineNesting(DEEPEST)
          .build();

  private final RichText.Builder out = new RichText.Builder();
  private final List<Style> looks = new ArrayList<>();
  private final Set<String> addresses;
  private String indent = "";

  /** Line breaks before whatever comes next. */
  private int gap;

  /** A list item, a quote begins: its first block stands where it stands. */
  private boolean fresh;

  /** The next line break is not part of the quote that begins behind it. */
  private boolean outside;

  private MarkdownReader(Set<String> addresses) {
    this.addresses = addresses;
  }

  static RichText read(String markdown) {
    if (markdown.length() > MOST_CHARACTERS) {
      return RichText.of(markdown);
    }
    Node document = PARSER.parse(markdown);
    MarkdownReader reader = new MarkdownReader(addresses(document));
    document.accept(reader);
    RichText read = reader.out.build();
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

  private void say(String text) {
    say(text, looks);
  }

  private void say(String text, List<Style> styles) {
    if (gap > 0 && !out.isEmpty()) {
      List<Style> quote =
          outside ? List.of() : looks.stream().filter(MarkdownReader::isQuote).toList();
      out.add("\n".repeat(gap) + indent, quote);
      if (gap > 1) {
        out.seam();
      }
    }
    gap = 0;
    fresh = false;
    outside = false;
    out.add(text, styles);
  }

  private static boolean isQuote(Style style) {
    return style.is(Kind.QUOTE);
  }

  private void block(int lines) {
    if (!fresh) {
      gap = Math.max(gap, lines);
    }
  }

  private void within(Style style, Node node) {
    if (looks.contains(style)) {
      visitChildren(node);
      return;
    }
    looks.add(style);
    visitChildren(node);
    looks.removeLast();
  }

  @Override
  public void visit(Paragraph paragraph) {
    boolean tight =
        paragraph.getParent() instanceof ListItem item
            && item.getParent() instanceof ListBlock list
            && list.isTight();
    block(tight ? 1 : 2);
    visitChildren(paragraph);
  }

  @Override
  public void visit(Heading heading) {
    block(2);
    within(Style.of(Kind.BOLD), heading);
  }

  @Override
  public void visit(BlockQuote quote) {
    boolean outermost = looks.stream().noneMatch(MarkdownReader::isQuote);
    block(2);
    if (outermost) {
      outside = true;
    }
    within(Style.of(Kind.QUOTE), quote);
    outside = false;
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
    boolean nested = list.getParent() instanceof ListItem;
    block(nested ? 1 : 2);
    int number = first;
    for (Node item = list.getFirstChild(); item != null; item = item.getNext()) {
      if (item != list.getFirstChild()) {
        gap = Math.max(gap, list.isTight() ? 1 : 2);
      }
      say(first < 0 ? "• " : number + mark + " ");
      number++;
      String before = indent;
      indent = indent + "   ";
      fresh = true;
      visitChildren(item);
      fresh = false;
      indent = before;
    }
  }

  @Override
  public void visit(FencedCodeBlock code) {
    String info = code.getInfo() == null ? "" : code.getInfo().strip();
    String language = info.split("\\s+", 2)[0];
    code(code.getLiteral(), LANGUAGE.matcher(language).matches() ? language : "");
  }

  @Override
  public void visit(IndentedCodeBlock code) {
    code(code.getLiteral(), "");
  }

  private void code(String literal, String language) {
    String text = literal.endsWith("\n") ? literal.substring(0, literal.length() - 1) : literal;
    if (text.isBlank()) {
      return;
    }
    gap = Math.max(gap, fresh ? 1 : 2);
    String before = indent;
    indent = "";
    outside = true;
    say(text, List.of(new Style(Kind.BLOCK, language)));
    indent = before;
    gap = 2;
    outside = true;
  }

  @Override
  public void visit(HtmlBlock html) {
    block(2);
    say(html.getLiteral().stripTrailing());
  }

  @Override
  public void visit(ThematicBreak line) {
    block(2);
    say("———");
  }

  @Override
  public void visit(LinkReferenceDefinition definition) {
    if (!addresses.contains(definition.getDestination())) {
      block(2);
      String title = definition.getTitle();
      say(
          "["
              + definition.getLabel()
              + "]: "
              + definition.getDestination()
              + (title == null ? "" : " " + title));
    }
  }

  @Override
  public void visit(Text text) {
    say(text.getLiteral());
  }

  @Override
  public void visit(Code code) {
    if (looks.stream().anyMatch(look -> look.is(Kind.LINK))) {
      say(code.getLiteral());
      return;
    }
    List<Style> styles = new ArrayList<>(looks.stream().filter(MarkdownReader::isQuote).toList());
    styles.add(Style.of(Kind.CODE));
    say(code.getLiteral(), styles);
  }

  @Override
  public void visit(HtmlInline html) {
    say(html.getLiteral());
  }

  @Override
  public void visit(SoftLineBreak line) {
    say("\n" + indent);
  }

  @Override
  public void visit(HardLineBreak line) {
    say("\n" + indent);
  }

  @Override
  public void visit(Emphasis emphasis) {
    within(Style.of(Kind.ITALIC), emphasis);
  }

  @Override
  public void visit(StrongEmphasis strong) {
    within(Style.of(Kind.BOLD), strong);
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
    boolean linked = looks.stream().anyMatch(look -> look.is(Kind.LINK));
    boolean links = !linked && isAddress(address);
    if (words.isBlank()) {
      say(address, links ? with(new Style(Kind.LINK, address)) : looks);
    } else if (links) {
      within(new Style(Kind.LINK, address), link);
    } else {
      visitChildren(link);
      if (!words.equals(address)) {
        say(" (" + address + ")");
      }
    }
  }

  private List<Style> with(Style style) {
    List<Style> styles = new ArrayList<>(looks);
    styles.add(style);
    return styles;
  }

  /** A link to a user of Telegram would be a mention. */
  private static boolean isAddress(String address) {
    String lower = address.toLowerCase(Locale.ROOT);
    int colon = lower.indexOf(':');
    return colon > 0
        && address.length() <= LONGEST_ADDRESS
        && SCHEMES.contains(lower.substring(0, colon))
        && !lower.startsWith("tg://user")
        && lower.chars().allMatch(c -> c > ' ');
  }

  @Override
  public void visit(CustomNode node) {
    if (node instanceof Strikethrough) {
      within(Style.of(Kind.STRIKE), node);
    } else {
      visitChildren(node);
    }
  }

  @Override
  public void visit(CustomBlock block) {
    if (block instanceof TableBlock table) {
      code(Table.of(table), "");
    } else {
      visitChildren(block);
    }
  }
}
