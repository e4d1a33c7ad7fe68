package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.LazyJson;
import dev.krabkrab.gateway.platform.rpc.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request of {@code exec.approval.request}, checked and completed. Protocol 02 §2.1, 05 §13.1.
 *
 * @param id as given, trimmed, or a fresh one
 * @param timeoutMs 1 ms to 24 h
 * @param plan what exactly is to run
 * @param env the variables it runs with
 * @param request the protocol 4 form shown to approvers
 * @param hash SHA-256 over what was requested but the variables' values, in hex; the same when it
 *     asks the same again
 * @param systemRunPlan the node's own plan as JSON, or blank when not given
 * @param binding how it is bound to a node
 * @param storable the rule that {@code allow-always} would make of it
 * @param allowed the decisions offered
 * @param twoPhase whether the requester wants to be answered that it was accepted
 * @param needsRoute whether it does not want to wait when nobody can decide
 */
record ApprovalRequest(
    String id,
    long timeoutMs,
    ExecPlan plan,
    EnvSeal env,
    LazyJson request,
    String hash,
    String systemRunPlan,
    NodeBinding binding,
    RuleEligibility storable,
    List<String> allowed,
    boolean twoPhase,
    boolean needsRoute) {
  private static final long DEFAULT_V3_MS = 120_000;
  private static final long DEFAULT_V4_MS = 1_800_000;
  private static final double MAX_MS = 24 * 3_600_000;
  private static final int LONGEST_ID = 256;
  private static final int MOST_REVIEWERS = 64;

  /** What protocol 4 adds to the request that approvers see. */
  private static final List<String> V4_FIELDS =
      List.of(
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
   * @throws GatewayError when what the schema cannot say is missing or does not fit together
   */
  static ApprovalRequest of(Call call, Ids ids) {
    ObjectNode params = call.params();
    boolean v4 = call.caller().isV4();
    ObjectNode planned = params.get("systemRunPlan") instanceof ObjectNode given ? given : null;
    if (v4) {
      checkForNode(params, planned);
    }
    EnvSeal env = EnvSeal.of(params.path("env"), ids.uuid());
    ExecPlan plan = PlanReader.read(params, env);
    NodeBinding binding = NodeBinding.of(plan.nodeId(), Json.nonBlank(params, "host"));
    RuleEligibility storable = RuleReader.storable(call.caller(), params, plan);
    List<String> allowed = RuleReader.allowed(call.caller(), params, plan, storable);
    ObjectNode request = shown(params, plan);
    if (!v4) {
      // A client of protocol 3 cannot send it: its schema is closed.
      Json.putIfPresent(request, "nodeName", Json.nonBlank(params, "nodeName"));
    }
    addPlan(request, planned, plan, binding);
    addReviewers(request, params);
    request.set("allowedDecisions", Json.texts(allowed));
    String hash = Hashes.ofValue(request);
    request.put("planDigest", plan.digest());
    request.set("requestedBy", who(call.caller()));
    return new ApprovalRequest(
        id(params, v4, ids),
        timeout(params, v4),
        plan,
        env,
        LazyJson.of(request),
        hash,
        planned == null ? "" : Json.text(planned),
        binding,
        storable,
        allowed,
        v4 && params.path("twoPhase").asBoolean(),
        v4 && params.path("requireDeliveryRoute").asBoolean());
  }

  Approval opened(long createdAtMs, long expiresAtMs) {
    return new Approval(id, createdAtMs, expiresAtMs, request);
  }

  /** Who wrote in which channel what led to this, as {@code channel:id}, or blank. */
  String turnSource() {
    String channel = Json.nonBlank(request.node(), "turnSourceChannel");
    String to = Json.nonBlank(request.node(), "turnSourceTo");
    return channel == null || to == null ? "" : channel + ":" + to;
  }

  /** Devices that may decide besides admins, as a JSON array; blank for every approver's. */
  String reviewers() {
    JsonNode reviewers = request.node().path(Approval.REVIEWERS);
    return reviewers.isEmpty() ? "" : Json.text(reviewers);
  }

  /** What the request is compared by when the node's own plan is sent with the run, or blank. */
  String systemRunPlanHash() {
    return systemRunPlan.isEmpty() ? "" : Hashes.ofValue(Json.parseObject(systemRunPlan));
  }

  private static ObjectNode who(Caller caller) {
    ObjectNode who = Json.object();
    Json.putIfPresent(who, "deviceId", caller.deviceId());
    who.put("label", caller.label());
    Json.putIfPresent(who, "user", caller.user());
    return who;
  }

  private static ObjectNode shown(ObjectNode params, ExecPlan plan) {
    ObjectNode request = Json.object();
    for (String field : Approval.V3_FIELDS) {
      JsonNode value = params.get(field);
      request.set(field, value == null ? NullNode.getInstance() : value);
    }
    request.put("command", plan.text());
    Json.putIfPresent(request, "cwd", plan.cwd());
    Json.putIfPresent(request, "agentId", plan.agentId());
    Json.putIfPresent(request, "sessionKey", plan.sessionKey());
    for (String field : V4_FIELDS) {
      if (params.hasNonNull(field)) {
        request.set(field, params.get(field));
      }
    }
    return request;
  }

  private static void addPlan(
      ObjectNode request, @Nullable ObjectNode planned, ExecPlan plan, NodeBinding binding) {
    if (plan.knowsArgv()) {
      request.set("commandArgv", Json.texts(plan.argv()));
    }
    Json.putIfPresent(request, "nodeId", plan.nodeId());
    if (binding != NodeBinding.NAMED) {
      request.put("nodeBinding", binding.wire());
    }
    Json.putIfPresent(request, "executable", plan.executable());
    if (!plan.envNames().isEmpty()) {
      // Approvers see which variables are set; what is in them may be secret.
      request.set("envKeys", Json.texts(plan.envNames()));
    }
    if (planned == null) {
      return;
    }
    String preview = Json.textOrNull(planned, "commandPreview");
    ObjectNode shown = planned.deepCopy();
    if (preview != null && plan.knowsArgv() && CommandForms.saysTheSame(preview, plan.argv())) {
      request.put("commandPreview", preview);
    } else {
      shown.remove("commandPreview");
    }
    request.set("systemRunPlan", shown);
  }

  private static void addReviewers(ObjectNode request, ObjectNode params) {
    JsonNode reviewers = params.path(Approval.REVIEWERS);
    if (reviewers.size() > MOST_REVIEWERS) {
      throw PlanReader.refused(
          Approval.REVIEWERS, Approval.REVIEWERS + " names more than " + MOST_REVIEWERS);
    }
    if (!reviewers.isEmpty()) {
      request.set(Approval.REVIEWERS, reviewers);
    }
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

  private static String id(ObjectNode params, boolean v4, Ids ids) {
    String id = Json.nonBlank(params, "id");
    if (id == null) {
      return ids.uuid();
    }
    if (id.length() > LONGEST_ID) {
      throw PlanReader.refused("id", "id is longer than " + LONGEST_ID + " characters");
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
