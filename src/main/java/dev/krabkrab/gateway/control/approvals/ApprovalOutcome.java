package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * How an approval was resolved, as requesters are answered, and approvers who come too late.
 *
 * @param decision what was decided, or null when nobody did
 * @param resolver who decided, as a JSON object, or blank
 * @param words why, as who decided put it, or blank
 */
record ApprovalOutcome(@Nullable String decision, String resolver, String words) {
  static final ApprovalOutcome UNDECIDED = new ApprovalOutcome(null, "", "");

  /** Adds why it was decided so; and who did where that is requested, or there is a why. */
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
