package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A notice of the gateway itself to people in a chat: a heading, lines of a label and a value, at
 * the end perhaps a command. Values are of others: each is escaped and never begins a line, however
 * long it is and wherever a channel cuts the message. To be sent as it is, without markup.
 */
final class ChatNotice {
  /** Of a line, in characters: less than half of what any channel takes at once. */
  private static final int LONGEST_LINE = 800;

  private final StringBuilder text;

  private ChatNotice(String heading) {
    this.text = new StringBuilder(heading);
  }

  /** Begins with words of ours. */
  static ChatNotice of(String heading) {
    return new ChatNotice(heading);
  }

  /** A line of words of ours. */
  ChatNotice line(String words) {
    text.append('\n').append(words);
    return this;
  }

  /** A line of a value; none when there is no value. */
  ChatNotice line(String label, @Nullable String value) {
    if (value != null) {
      text.append('\n').append(label).append(": ");
      text.append(String.join("\n" + SafeText.BAR, wrapped(shown(value))));
    }
    return this;
  }

  /** A value over several lines, each behind a bar, between fences that it cannot end. */
  ChatNotice block(String label, String value) {
    List<String> lines = new ArrayList<>();
    for (String line : value.split("\n", -1)) {
      lines.addAll(wrapped(shown(line)));
    }
    text.append('\n').append(label).append(":\n```");
    lines.forEach(line -> text.append('\n').append(SafeText.BAR).append(line));
    text.append("\n```");
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private static String shown(String value) {
    return SafeText.value(value).replace("```", "``\\u0060");
  }

  private static List<String> wrapped(String line) {
    List<String> parts = new ArrayList<>();
    String rest = line;
    while (rest.length() > LONGEST_LINE) {
      boolean splitsPair = Character.isHighSurrogate(rest.charAt(LONGEST_LINE - 1));
      int end = splitsPair ? LONGEST_LINE - 1 : LONGEST_LINE;
      parts.add(rest.substring(0, end));
      rest = rest.substring(end);
    }
    parts.add(rest);
    return parts;
  }
}
