package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.LazyJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An approval that was requested, as approvers are shown it. Protocol 02 §2.3, 05 §13.
 *
 * @param createdAtMs Redis time; together with the id it names one use of that id
 * @param expiresAtMs Redis time; from here on nobody can decide
 * @param request what is to be approved, in its protocol 4 form
 */
record Approval(String id, long createdAtMs, long expiresAtMs, LazyJson request) {
  /** Whose device may see and decide it besides admins; everybody's when absent. */
  static final String REVIEWERS = "approvalReviewerDeviceIds";

  /** What protocol 3 knows of a request; its payloads always have these keys. */
  static final List<String> V3_FIELDS =
      List.of("command", "cwd", "host", "security", "ask", "agentId", "resolvedPath", "sessionKey");

  /** What people need besides to see what runs; only askers of protocol 4 say it. */
  static final List<String> PLAN_FIELDS =
      List.of(
          "commandArgv",
          "executable",
          "envKeys",
          "nodeId",
          "nodeName",
          "nodeBinding",
          "planDigest");

  /** Tells two uses of one id apart. */
  static String key(String id, long createdAtMs) {
    return createdAtMs + " " + id;
  }

  /** The event that puts the question to the approvers. */
  EncodedEvent requested() {
    return EncodedEvent.perProtocol(
            EventType.EXEC_APPROVAL_REQUESTED, () -> JsonText.of(v3()), () -> JsonText.of(v4()))
        .onlyFor(this::isFor);
  }

  /** One line of {@code exec.approval.list}. */
  ObjectNode v4() {
    ObjectNode json = Json.object().put("approvalKind", "exec").put("id", id);
    json.set("request", request.node());
    return times(json.put("requestHash", requestHash()));
  }

  /** What a decision may name, so that it is about no other question than the one shown. */
  String requestHash() {
    return Hashes.sha256(request.text());
  }

  /** Whether somebody who may decide approvals may see and decide this one. Protocol 05 §13.4. */
  boolean isFor(Caller caller) {
    return isFor(caller, request.node().path(REVIEWERS));
  }

  /** The same of an approval that named these reviewers. */
  static boolean isFor(Caller caller, JsonNode reviewers) {
    if (reviewers.isEmpty() || caller.isAdmin()) {
      return true;
    }
    String device = caller.deviceId();
    for (JsonNode reviewer : reviewers) {
      if (reviewer.asText().equals(device)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The last answer to the requester; a null decision means that nobody decided.
   *
   * @param named whether it says who decided even when nobody said why
   */
  JsonText answer(ApprovalOutcome ending, boolean named) {
    return JsonText.of(resolved(ending, named));
  }

  /** The answer to somebody who only watches; it says why there is no decision. */
  JsonText watched(ApprovalOutcome ending, boolean named) {
    ObjectNode json = resolved(ending, named);
    return JsonText.of(
        ending.decision() == null ? json.put("terminalReason", Reason.TIMEOUT) : json);
  }

  /** The device that requested it, or null. */
  @Nullable String requester() {
    return Json.textOrNull(request.node().path("requestedBy"), "deviceId");
  }

  private ObjectNode resolved(ApprovalOutcome ending, boolean named) {
    ObjectNode json = times(Json.object().put("id", id).put("decision", ending.decision()));
    ending.putInto(json, "reason", named);
    return json;
  }

  /** The first answer to a requester that requested two. */
  JsonText accepted(String deliveryRoute) {
    return JsonText.of(
        times(
            Json.object()
                .put("status", "accepted")
                .put("id", id)
                .put("deliveryRoute", deliveryRoute)));
  }

  private ObjectNode v3() {
    ObjectNode shown = Json.object();
    for (String field : V3_FIELDS) {
      JsonNode value = request.node().get(field);
      shown.set(field, value == null ? NullNode.getInstance() : value);
    }
    if (request.node().has("commandArgv")
        || request.node().has("envKeys")
        || request.node().has("nodeId")) {
      for (String field : PLAN_FIELDS) {
        JsonNode value = request.node().get(field);
        if (value != null) {
          shown.set(field, value);
        }
      }
    }
    ObjectNode json = Json.object().put("id", id);
    json.set("request", shown);
    return times(json);
  }

  private ObjectNode times(ObjectNode json) {
    return json.put("createdAtMs", createdAtMs).put("expiresAtMs", expiresAtMs);
  }
}
