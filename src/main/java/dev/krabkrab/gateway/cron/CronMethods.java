package dev.krabkrab.gateway.cron;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.Call;
import dev.krabkrab.gateway.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Predicate;

/** {@code cron.*}. Protocol 03 §22.2, 05 §17. */
public final class CronMethods {
  private static final int ENTRIES = 200;

  private final CronService cron;
  private final Predicate<String> agents;

  /**
   * @param agents whether there is an agent of that id
   */
  public CronMethods(CronService cron, Predicate<String> agents) {
    this.cron = cron;
    this.agents = agents;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "cron.status", call -> cron.status().map(JsonText::of),
        "cron.list", this::list,
        "cron.add", call -> cron.add(ofAgent(call.params())).map(JsonText::of),
        "cron.update", this::update,
        "cron.remove", call -> cron.remove(id(call)).map(JsonText::of),
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

  private Future<JsonText> update(Call call) {
    return cron.update(id(call), ofAgent(call.params().path("patch"))).map(JsonText::of);
  }

  /** A job that an agent runs is one that is set up. */
  private <T extends JsonNode> T ofAgent(T job) {
    String agent = Json.nonBlank(job, "agentId");
    boolean tells = job.at("/payload/kind").asText().equals("systemEvent");
    if (agent != null && !tells && !agents.test(agent)) {
      throw GatewayError.invalid(
          "unknown agent id \"" + agent + "\"; see agents.list of the gateway document");
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
