package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.DeliveryException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the Bot API says instead of doing what it was asked for. */
final class TelegramRefusal {
  /** The topic was deleted or closed, or the group has none any more. */
  private static final Pattern NO_TOPIC =
      Pattern.compile(
          "(?i)message thread not found|topic[ _](?:not[ _]found|deleted|closed|id[ _]invalid)"
              + "|chat is not a forum|thread[ _](?:id[ _])?invalid");

  private static final Pattern MARKUP =
      Pattern.compile("(?i)can't parse entities|can't parse message text|unsupported start tag");

  private static final Pattern CHAT = Pattern.compile("-?\\d{1,20}");

  private TelegramRefusal() {}

  /** As others understand it. */
  static DeliveryException of(int status, ObjectNode answer) {
    String why = "Telegram: " + answer.path("description").asText("HTTP " + status);
    JsonNode parameters = answer.path("parameters");
    if (status == 429 || status == 409 || status >= 500) {
      return DeliveryException.passing(why, parameters.path("retry_after").asLong() * 1_000);
    }
    String to = parameters.path("migrate_to_chat_id").asText();
    return CHAT.matcher(to).matches()
        ? DeliveryException.moved(why, to)
        : DeliveryException.refused(why);
  }

  static boolean isWithoutTopic(Throwable why) {
    return says(why, NO_TOPIC);
  }

  static boolean isOfMarkup(Throwable why) {
    return says(why, MARKUP);
  }

  private static boolean says(Throwable why, Pattern what) {
    @Nullable String message = why.getMessage();
    return why instanceof DeliveryException known
        && !known.isPassing()
        && message != null
        && what.matcher(message).find();
  }
}
