package dev.krabkrab.gateway.channel.slack;

import dev.krabkrab.gateway.channel.markup.Markup;
import dev.krabkrab.gateway.channel.markup.MarkupWriter;
import dev.krabkrab.gateway.channel.markup.Style;
import dev.krabkrab.gateway.channel.markup.Style.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Writes Slack's mrkdwn. What would be a mention, a link or another command of Slack's in the words
 * is escaped; what would look like markup there is parted by a blank of no width, since Slack has
 * no escape for it.
 */
final class SlackMrkdwn extends MarkupWriter {
  static final Markup MARKUP =
      new Markup(3_800, Set.of("http", "https", "mailto"), SlackMrkdwn::new);

  private static final char NOTHING = '\u200B';
  private static final String MARKS = "*_~`";
  private static final String FENCE = "```";

  /** A mark ends here; Slack sees it as one only at the end of a word. */
  private boolean ended;

  private boolean quoted;
  private boolean code;
  private boolean linked;

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @Override
  protected void write(String text, List<Style> styles) {
    List<Style> known = known(text, styles);
    if (known.stream().anyMatch(style -> style.kind() == Kind.BLOCK || style.kind() == Kind.LINK)) {
      super.write(text, known);
      return;
    }
    List<Style> between = known.stream().filter(style -> style.kind() == Kind.QUOTE).toList();
    int from = 0;
    for (int line = text.indexOf('\n'); line >= 0; line = text.indexOf('\n', from)) {
      words(text.substring(from, line), known);
      change(between);
      ended = false;
      out().append('\n');
      from = line + 1;
    }
    words(text.substring(from), known);
  }

  private void words(String text, List<Style> styles) {
    if (!text.isEmpty()) {
      super.write(text, styles);
    }
  }

  /** A link has no looks within, code no backtick. */
  private static List<Style> known(String text, List<Style> styles) {
    List<Style> known = new ArrayList<>();
    for (Style style : styles) {
      if (style.kind() == Kind.CODE && text.contains("`")) {
        continue;
      }
      known.add(style);
      if (style.kind() == Kind.LINK) {
        break;
      }
    }
    return known;
  }

  @Override
  protected void open(Style style) {
    switch (style.kind()) {
      case BOLD -> mark('*');
      case ITALIC -> mark('_');
      case STRIKE -> mark('~');
      case CODE -> {
        mark('`');
        code = true;
      }
      case BLOCK -> {
        out().append(FENCE).append('\n');
        code = true;
      }
      case LINK -> {
        before();
        out().append('<').append(address(style.detail())).append('|');
        linked = true;
      }
      case QUOTE -> quoted = true;
    }
  }

  @Override
  protected void close(Style style) {
    switch (style.kind()) {
      case BOLD -> endMark('*');
      case ITALIC -> endMark('_');
      case STRIKE -> endMark('~');
      case CODE -> {
        endMark('`');
        code = false;
      }
      case BLOCK -> {
        out().append('\n').append(FENCE);
        code = false;
      }
      case LINK -> {
        out().append('>');
        linked = false;
      }
      case QUOTE -> quoted = false;
    }
  }

  private void mark(char mark) {
    before();
    if (!out().isEmpty() && Character.isLetterOrDigit(last())) {
      out().append(NOTHING);
    }
    part(mark);
    out().append(mark);
    ended = false;
  }

  private void endMark(char mark) {
    part(mark);
    out().append(mark);
    ended = true;
  }

  /** Backticks never come to three in a row but where a block of code begins or ends. */
  private void part(char c) {
    int length = out().length();
    if (c == '`'
        && length > 1
        && out().charAt(length - 1) == '`'
        && out().charAt(length - 2) == '`') {
      out().append(NOTHING);
    }
  }

  /** Each line of a quote begins as one. */
  private void before() {
    if (quoted && !linked && isLineStart()) {
      out().append("> ");
    }
  }

  private boolean isLineStart() {
    return out().isEmpty() || last() == '\n';
  }

  private char last() {
    return out().charAt(out().length() - 1);
  }

  private static String address(String url) {
    return escaped(
        url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("`", "%60"));
  }

  @Override
  protected void words(String text) {
    if (linked || code) {
      String line = linked ? text.replace('\n', ' ') : text;
      out().append(escaped(line).replaceAll("``(?=`)", "``" + NOTHING));
      return;
    }
    before();
    if (ended && Character.isLetterOrDigit(text.charAt(0))) {
      out().append(NOTHING);
    }
    ended = false;
    if (text.charAt(0) == '>' && isLineStart()) {
      out().append(NOTHING);
    }
    for (int i = 0; i < text.length(); i++) {
      String one = escaped(String.valueOf(text.charAt(i)));
      boolean begins = looksLikeMark(text, i);
      part(text.charAt(i));
      out().append(one);
      if (begins) {
        out().append(NOTHING);
      }
    }
  }

  /** Whether Slack could take a character for the beginning of a look. */
  private boolean looksLikeMark(String text, int at) {
    char c = text.charAt(at);
    return MARKS.indexOf(c) >= 0
        && (out().isEmpty() || !Character.isLetterOrDigit(last()))
        && text.indexOf(c, at + 1) > 0;
  }
}
