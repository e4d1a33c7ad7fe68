package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * How an approval ended, as those are told who asked or come too late.
 *
 * @param decision what was decided, or null when nobody did
 * @param resolver who decided, as a JSON object, or blank
 * @param words why, as who decided put it, or blank
 */
record Ending(@Nullable String decision, String resolver, String words) {
  static final Ending UNDECIDED = new Ending(null, "", "");

  /** Adds why it was decided so; and who did where that is asked for, or there is a why. */
  void putInto(ObjectNode json, String wordsField, boolean named) {
    if (!words.isBlank()) {
      json.put(wordsField, words);
    }
    JsonNode who = named || !words.isBlank() ? Json.tryParse(resolver) : null;
    if (who != null && who.isObject()) {
      json.set("resolver", who);
    }
  }
}
