package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.CommandText;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A request as a reviewer is shown it: the command, what it will run and where. Who decides reads
 * it whole; of a finished one no more is kept than the audit trail keeps. Protocol 05 §13.3.
 */
final class Presentation {
  /** Of each name that is kept, in characters. */
  private static final int MOST = 256;

  private Presentation() {}

  /** Of an approval that waits. */
  static ObjectNode whole(JsonNode request) {
    ObjectNode json = of(request, UnaryOperator.identity(), UnaryOperator.identity());
    addPlan(request, json);
    return json;
  }

  /** Of a finished one: bounded, without what looks like a secret. */
  static ObjectNode kept(JsonNode request) {
    return of(request, text -> new CommandText(text).kept(), Presentation::bounded);
  }

  /** Which agent requested it in which session, as far as the request says; bounded. */
  static ObjectNode source(JsonNode request) {
    ObjectNode json = Json.object();
    copy(request, json, List.of("agentId", "sessionKey"), Presentation::bounded);
    return json;
  }

  private static ObjectNode of(
      JsonNode request, UnaryOperator<String> words, UnaryOperator<String> names) {
    ObjectNode json = Json.object().put("kind", "exec");
    json.put("commandText", words.apply(request.path("command").asText()));
    copy(request, json, List.of("commandPreview", "warningText"), words);
    copy(request, json, List.of("host", "nodeId", "agentId"), names);
    json.set("allowedDecisions", request.path("allowedDecisions"));
    return json;
  }

  /** What exactly would run and where, of a request that waits. */
  static void addPlan(JsonNode request, ObjectNode json) {
    for (String field : Approval.PLAN_FIELDS) {
      if (request.hasNonNull(field)) {
        json.set(field, request.get(field));
      }
    }
    if (request.hasNonNull("cwd")) {
      json.set("cwd", request.get("cwd"));
    }
  }

  private static void copy(
      JsonNode from, ObjectNode to, List<String> fields, UnaryOperator<String> change) {
    for (String field : fields) {
      String value = Json.nonBlank(from, field);
      if (value != null) {
        to.put(field, change.apply(value));
      }
    }
  }

  private static String bounded(String name) {
    return name.length() <= MOST ? name : name.substring(0, MOST) + "…";
  }
}
