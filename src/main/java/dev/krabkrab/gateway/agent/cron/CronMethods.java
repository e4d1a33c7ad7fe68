package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code cron.*}. Protocol 03 §22.2, 05 §17. */
public final class CronMethods {
  private static final int ENTRIES = 200;

  private final CronService cron;
  private final Predicate<String> agents;
  private final AuditTrail audit;

  /**
   * @param agents whether there is an agent of that id
   * @param audit enters who saved and removed jobs
   */
  public CronMethods(CronService cron, Predicate<String> agents, AuditTrail audit) {
    this.cron = cron;
    this.agents = agents;
    this.audit = audit;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "cron.status", call -> cron.status().map(JsonText::of),
        "cron.list", this::list,
        "cron.add", this::add,
        "cron.update", this::update,
        "cron.remove", this::remove,
        "cron.run", this::run,
        "cron.runs", this::runs);
  }

  private Future<JsonText> list(Call call) {
    if (call.caller().isV4()) {
      return cron.pages().jobs(call.params()).map(JsonText::of);
    }
    boolean includeDisabled = call.params().path("includeDisabled").asBoolean();
    return cron.list(includeDisabled).map(JsonText::of);
  }

  private Future<JsonText> add(Call call) {
    ObjectNode job = ofAgent(call.params());
    return entering(
        AuditEvent.unknown(AuditAction.CRON_ADDED, call),
        () -> cron.add(maker(call), job),
        saved -> entry(AuditAction.CRON_ADDED, call, saved));
  }

  private Future<JsonText> remove(Call call) {
    return entering(
        AuditEvent.unknown(AuditAction.CRON_REMOVED, call),
        () -> cron.remove(id(call)),
        answer ->
            answer.path("removed").asBoolean()
                ? entry(AuditAction.CRON_REMOVED, call, Json.object().put("id", id(call)))
                : null);
  }

  /** Answered once it is in the trail: what a job does later is done without anybody. */
  private Future<JsonText> entering(
      AuditEvent attempt,
      Supplier<Future<ObjectNode>> step,
      Function<ObjectNode, @Nullable AuditEvent> entry) {
    return audit.entering(attempt, step, entry).map(JsonText::of);
  }

  private static AuditEvent entry(AuditAction action, Call call, ObjectNode job) {
    return new AuditEvent(
        action,
        AuditActor.of(call.caller()),
        details -> {
          details.put("job", job.path("id").asText());
          Json.putIfPresent(details, "name", Json.textOrNull(job, "name"));
          Json.putIfPresent(details, "agent", Json.textOrNull(job, "agentId"));
          Json.putIfPresent(details, "forDevice", maker(call).grounds().deviceId());
        });
  }

  private static CronMaker maker(Call call) {
    return CronMaker.of(call.caller());
  }

  private Future<JsonText> update(Call call) {
    JsonNode patch = ofAgent(call.params().path("patch"));
    return entering(
        AuditEvent.unknown(AuditAction.CRON_CHANGED, call),
        () -> cron.update(maker(call), id(call), patch),
        job -> entry(AuditAction.CRON_CHANGED, call, job));
  }

  /** The agent that runs a job, or is told by it, is one that is set up. */
  private <T extends JsonNode> T ofAgent(T job) {
    String agent = Json.nonBlank(job, "agentId");
    if (agent != null && !agents.test(agent)) {
      throw GatewayError.invalid(SessionRules.unknown(agent));
    }
    return job;
  }

  private Future<JsonText> run(Call call) {
    boolean force = call.params().path("mode").asText().equals("force");
    return cron.run(id(call), force).map(JsonText::of);
  }

  private Future<JsonText> runs(Call call) {
    if (call.caller().isV4()) {
      return cron.pages().runs(call.params()).map(JsonText::of);
    }
    int limit = call.params().path("limit").asInt(ENTRIES);
    return cron.runs(id(call), limit).map(JsonText::of);
  }

  private static String id(Call call) {
    JsonNode params = call.params();
    return params.has("id") ? params.path("id").asText() : params.path("jobId").asText();
  }
}
