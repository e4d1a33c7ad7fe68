package dev.krabkrab.gateway.channel.telegram;

import dev.krabkrab.gateway.channel.markup.Markup;
import dev.krabkrab.gateway.channel.markup.MarkupWriter;
import dev.krabkrab.gateway.channel.markup.Style;
import java.util.Set;

/** Writes the HTML that the Bot API reads: its few tags, and everything else escaped. */
final class TelegramHtml extends MarkupWriter {
  static final Markup MARKUP =
      new Markup(4_000, Set.of("http", "https", "mailto", "tg"), TelegramHtml::new);

  @Override
  protected void open(Style style) {
    String detail = escaped(style.detail()).replace("\"", "&quot;");
    out()
        .append(
            switch (style.kind()) {
              case BOLD -> "<b>";
              case ITALIC -> "<i>";
              case STRIKE -> "<s>";
              case CODE -> "<code>";
              case BLOCK ->
                  detail.isEmpty() ? "<pre>" : "<pre><code class=\"language-" + detail + "\">";
              case LINK -> "<a href=\"" + detail + "\">";
              case QUOTE -> "<blockquote>";
            });
  }

  @Override
  protected void close(Style style) {
    out()
        .append(
            switch (style.kind()) {
              case BOLD -> "</b>";
              case ITALIC -> "</i>";
              case STRIKE -> "</s>";
              case CODE -> "</code>";
              case BLOCK -> style.detail().isEmpty() ? "</pre>" : "</code></pre>";
              case LINK -> "</a>";
              case QUOTE -> "</blockquote>";
            });
  }

  @Override
  protected void words(String text) {
    out().append(escaped(text));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
