package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;

/**
 * Under which id, for how long and by whom a rule is granted. It is written with the decision, so
 * that whoever reads the decision can store the rule.
 *
 * @param days 1 to 90
 * @param createdBy device, name and user of who decides
 */
record RuleGrant(String id, int days, ObjectNode createdBy) {
  static final int LONGEST_DAYS = 90;

  static RuleGrant by(Caller caller, String id, int days) {
    ObjectNode by = Json.object();
    Json.putIfPresent(by, "deviceId", caller.deviceId());
    by.put("label", caller.label());
    Json.putIfPresent(by, "user", caller.user());
    return new RuleGrant(id, days, by);
  }

  static RuleGrant of(JsonNode json) {
    return new RuleGrant(
        json.path("id").asText(),
        json.path("days").asInt(),
        json.path("createdBy") instanceof ObjectNode by ? by : Json.object());
  }

  String text() {
    ObjectNode json = Json.object().put("id", id).put("days", days);
    json.set("createdBy", createdBy);
    return Json.text(json);
  }
}
