package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.LazyJson;
import dev.krabkrab.gateway.rpc.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code exec.approval.request} asks for. Protocol 02 §2.1, 05 §13.1.
 *
 * @param id as given, trimmed, or a fresh one
 * @param timeoutMs 1 ms to 24 h
 * @param request the protocol 4 form shown to approvers
 * @param hash SHA-256 over everything the requester asked, in hex
 * @param argv the command's words as JSON, or blank when not given
 * @param allowed the decisions offered
 * @param twoPhase whether the requester wants to hear that it was accepted
 * @param needsRoute whether it does not want to wait when nobody can decide
 */
record ApprovalRequest(
    String id,
    long timeoutMs,
    LazyJson request,
    String hash,
    String command,
    String argv,
    String nodeId,
    List<String> allowed,
    boolean twoPhase,
    boolean needsRoute) {
  private static final long DEFAULT_V3_MS = 120_000;
  private static final long DEFAULT_V4_MS = 1_800_000;
  private static final double MAX_MS = 24 * 3_600_000;

  /** What protocol 4 adds to the request that approvers see. */
  private static final List<String> V4_FIELDS =
      List.of(
          "commandArgv",
          "systemRunPlan",
          "nodeId",
          "warningText",
          "scope",
          "commandSpans",
          "sessionId",
          "runId",
          "toolCallId",
          "turnSourceChannel",
          "turnSourceTo",
          "turnSourceAccountId",
          "turnSourceThreadId");

  /**
   * Reads a call's parameters.
   *
   * @throws GatewayError when what the schema cannot say is missing
   */
  static ApprovalRequest of(Call call, Ids ids) {
    ObjectNode params = call.params();
    boolean v4 = call.caller().isV4();
    ObjectNode plan = params.get("systemRunPlan") instanceof ObjectNode given ? given : null;
    String command = command(params, plan);
    if (v4) {
      checkForNode(params, plan);
    }
    ObjectNode request = Json.object();
    for (String field : Approval.V3_FIELDS) {
      JsonNode value = params.get(field);
      request.set(field, value == null ? NullNode.getInstance() : value);
    }
    request.put("command", command);
    for (String field : V4_FIELDS) {
      if (params.hasNonNull(field)) {
        request.set(field, params.get(field));
      }
    }
    ArrayNode argv = argv(params, plan);
    addDerived(request, params, plan, argv);
    List<String> allowed = allowed(params, v4);
    request.set("allowedDecisions", Json.texts(allowed));
    LazyJson shown = LazyJson.of(request);
    return new ApprovalRequest(
        id(params, v4, ids),
        timeout(params, v4),
        shown,
        Hashes.sha256(shown.text() + Json.text(params.path("env"))),
        command,
        argv == null ? "" : Json.text(argv),
        Objects.requireNonNullElse(Json.nonBlank(params, "nodeId"), ""),
        allowed,
        v4 && params.path("twoPhase").asBoolean(),
        v4 && params.path("requireDeliveryRoute").asBoolean());
  }

  Approval opened(long createdAtMs, long expiresAtMs) {
    return new Approval(id, createdAtMs, expiresAtMs, request);
  }

  /** The same with who asks, as approvers of protocol 4 are shown it; no part of its hash. */
  ApprovalRequest askedBy(Caller caller) {
    ObjectNode who = Json.object();
    Json.putIfPresent(who, "deviceId", caller.deviceId());
    who.put("label", caller.label());
    Json.putIfPresent(who, "user", caller.user());
    ObjectNode shown = Json.parseObject(request.text());
    shown.set("requestedBy", who);
    return new ApprovalRequest(
        id,
        timeoutMs,
        LazyJson.of(shown),
        hash,
        command,
        argv,
        nodeId,
        allowed,
        twoPhase,
        needsRoute);
  }

  /** Who wrote in which channel what led to this, as {@code channel:id}, or blank. */
  String turnSource() {
    String channel = Json.nonBlank(request.node(), "turnSourceChannel");
    String to = Json.nonBlank(request.node(), "turnSourceTo");
    return channel == null || to == null ? "" : channel + ":" + to;
  }

  private static String command(ObjectNode params, @Nullable ObjectNode plan) {
    boolean forNode = "node".equals(Json.textOrNull(params, "host"));
    String planned = forNode ? Json.textOrNull(plan, "commandText") : null;
    String command = planned != null ? planned : Json.textOrNull(params, "command");
    if (command == null) {
      throw GatewayError.invalid("command is required");
    }
    return command;
  }

  private static void checkForNode(ObjectNode params, @Nullable ObjectNode plan) {
    if (!"node".equals(Json.textOrNull(params, "host"))) {
      return;
    }
    if (Json.nonBlank(params, "nodeId") == null) {
      throw GatewayError.invalid("nodeId is required for host=node");
    }
    if (plan == null) {
      throw GatewayError.invalid("systemRunPlan is required for host=node");
    }
    if (plan.path("argv").isEmpty() && params.path("commandArgv").isEmpty()) {
      throw GatewayError.invalid("commandArgv is required for host=node");
    }
  }

  private static @Nullable ArrayNode argv(ObjectNode params, @Nullable ObjectNode plan) {
    JsonNode argv =
        plan != null && !plan.path("argv").isEmpty() ? plan.get("argv") : params.get("commandArgv");
    return argv instanceof ArrayNode array && !array.isEmpty() ? array : null;
  }

  private static void addDerived(
      ObjectNode request, ObjectNode params, @Nullable ObjectNode plan, @Nullable ArrayNode argv) {
    Json.putIfPresent(request, "commandPreview", Json.textOrNull(plan, "commandPreview"));
    if (argv != null) {
      request.set("commandArgv", argv);
    }
    if (params.path("env") instanceof ObjectNode env) {
      // Approvers see which variables are set; what is in them may be secret.
      TreeSet<String> names = new TreeSet<>();
      env.fieldNames().forEachRemaining(names::add);
      request.set("envKeys", Json.texts(names));
    }
  }

  private static List<String> allowed(ObjectNode params, boolean v4) {
    List<String> allowed = new ArrayList<>(Decision.ALL);
    if (v4) {
      if ("always".equals(Json.textOrNull(params, "ask"))) {
        allowed.remove(Decision.ALLOW_ALWAYS);
      }
      for (JsonNode barred : params.path("unavailableDecisions")) {
        if (!barred.asText().equals(Decision.DENY)) {
          allowed.remove(barred.asText());
        }
      }
    }
    return List.copyOf(allowed);
  }

  private static String id(ObjectNode params, boolean v4, Ids ids) {
    String id = Json.nonBlank(params, "id");
    if (id == null) {
      return ids.uuid();
    }
    if (v4 && id.startsWith("plugin:")) {
      throw GatewayError.invalid("approval ids starting with plugin: are reserved");
    }
    return id;
  }

  private static long timeout(ObjectNode params, boolean v4) {
    JsonNode given = params.get("timeoutMs");
    if (given == null || !given.isNumber()) {
      return v4 ? DEFAULT_V4_MS : DEFAULT_V3_MS;
    }
    return (long) Math.clamp(given.asDouble(), 1, MAX_MS);
  }
}
