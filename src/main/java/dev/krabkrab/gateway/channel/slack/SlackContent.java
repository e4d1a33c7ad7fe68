package dev.krabkrab.gateway.channel.slack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channel.Said;
import dev.krabkrab.gateway.channel.Said.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a message of Slack's holds, so that nothing of it gets lost without a word. */
final class SlackContent {
  static final int MOST_IMAGES = 4;

  /** What Slack writes between angle brackets: links, people, channels, commands. */
  private static final Pattern MARKED = Pattern.compile("<([@#!]?)([^<>|]*)(?:\\|([^<>]*))?>");

  private SlackContent() {}

  /** The words as people see them, with the addresses of links. */
  static String words(String text) {
    Matcher marked = MARKED.matcher(text);
    StringBuilder words = new StringBuilder();
    while (marked.find()) {
      String label = marked.group(3) == null ? "" : marked.group(3);
      marked.appendReplacement(
          words, Matcher.quoteReplacement(shown(marked.group(1), marked.group(2), label)));
    }
    marked.appendTail(words);
    return words.toString().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  private static String shown(String sign, String what, String label) {
    return switch (sign) {
      case "@" -> "@" + (label.isEmpty() ? what : label);
      case "#" -> "#" + (label.isEmpty() ? what : label);
      case "!" -> label.isEmpty() ? "@" + what : label;
      default -> {
        boolean same = label.isEmpty() || what.endsWith(label) || what.equals("mailto:" + label);
        yield same ? what : label + " (" + what + ")";
      }
    };
  }

  /** A message that is shown with this one, or a page that it links to. */
  static @Nullable Quote quote(JsonNode event) {
    List<String> parts = new ArrayList<>();
    String from = "";
    for (JsonNode attachment : event.path("attachments")) {
      String text = attachment.path("text").asText(attachment.path("fallback").asText());
      String title = attachment.path("title").asText();
      String address = attachment.path("from_url").asText(attachment.path("title_link").asText());
      for (String part : List.of(title, text, address)) {
        if (!part.isBlank() && !parts.contains(words(part))) {
          parts.add(words(part));
        }
      }
      from = from.isEmpty() ? attachment.path("author_name").asText() : from;
    }
    return parts.isEmpty() ? null : new Quote(from, String.join("\n", parts));
  }

  /** Files that are pictures models read, as many as are taken. */
  static List<JsonNode> pictures(JsonNode event) {
    List<JsonNode> pictures = new ArrayList<>();
    for (JsonNode file : event.path("files")) {
      if (Said.picture(file.path("mimetype").asText()) != null && pictures.size() < MOST_IMAGES) {
        pictures.add(file);
      }
    }
    return pictures;
  }

  /** What cannot be taken, in words. */
  static List<String> kinds(JsonNode event) {
    List<String> kinds = new ArrayList<>();
    int pictures = 0;
    for (JsonNode file : event.path("files")) {
      String type = file.path("mimetype").asText();
      if (Said.picture(type) == null) {
        kinds.add(Said.kind(type));
      } else if (++pictures > MOST_IMAGES) {
        kinds.add("more than " + MOST_IMAGES + " pictures at once");
      }
    }
    return kinds;
  }
}
