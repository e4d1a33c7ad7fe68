package dev.krabkrab.gateway.edge.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatAgent;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.function.Supplier;

/** The shapes of health and status. Protocol 03 §1, §2. */
final class HealthReport {
  private static final int ACK_MAX_CHARS = 300;

  private static final List<String> ACCOUNT_FIELDS =
      List.of("accountId", "enabled", "configured", "running", "connected", "lastProbeAt");

  private final String sessions;
  private final Supplier<HeartbeatSettings> heartbeat;

  /**
   * Makes one.
   *
   * @param namespace where this deployment keeps its state
   * @param heartbeat who has one
   */
  HealthReport(String namespace, Supplier<HeartbeatSettings> heartbeat) {
    this.heartbeat = heartbeat;
    this.sessions = "redis:" + namespace + "/agents/main/sessions";
  }

  /**
   * All of a health snapshot but {@code ok}, {@code ts} and {@code durationMs}. Everybody gets it,
   * nodes as well: it counts sessions and names none, and tells of accounts only how they are.
   */
  ObjectNode health(int instances, boolean redis, HealthFacts facts) {
    ObjectNode health = Json.object();
    health.set("channels", channels(facts.channels()));
    health.set("channelOrder", facts.channels().withArray("channelOrder"));
    health.set("channelLabels", facts.channels().withObject("channelLabels"));
    HeartbeatSettings settings = heartbeat.get();
    HeartbeatAgent main = settings.ofDefaultAgent();
    health.put("heartbeatSeconds", main.everyMs() / 1_000).put("defaultAgentId", main.agentId());
    ObjectNode agent = health.putArray("agents").addObject();
    agent.put("agentId", main.agentId()).put("isDefault", true);
    interval(agent.putObject("heartbeat"), main)
        .put("prompt", main.prompt())
        .put("target", main.target())
        .put("ackMaxChars", ACK_MAX_CHARS);
    agent.set("sessions", sessions(facts.sessions()));
    health.set("sessions", sessions(facts.sessions()));
    health.putObject("cluster").put("instances", instances).put("redis", redis ? "ok" : "degraded");
    return health;
  }

  private static ObjectNode channels(ObjectNode status) {
    ObjectNode all = Json.object();
    status
        .path("channelAccounts")
        .properties()
        .forEach(
            channel -> {
              String usual = status.path("channelDefaultAccountId").path(channel.getKey()).asText();
              ObjectNode accounts = Json.object();
              for (JsonNode row : channel.getValue()) {
                accounts.set(row.path("accountId").asText(), account(row));
              }
              ObjectNode summary = all.putObject(channel.getKey()).put("configured", false);
              if (accounts.path(usual) instanceof ObjectNode preferred) {
                summary.setAll(preferred);
              }
              summary.set("accounts", accounts);
            });
    return all;
  }

  private static ObjectNode account(JsonNode row) {
    ObjectNode account = Json.object();
    for (String field : ACCOUNT_FIELDS) {
      if (row.has(field)) {
        account.set(field, row.get(field));
      }
    }
    return account;
  }

  ObjectNode status(List<String> queuedEvents, HealthFacts facts, long nowMs) {
    ObjectNode status = Json.object();
    HeartbeatAgent main = heartbeat.get().ofDefaultAgent();
    ObjectNode beats = status.putObject("heartbeat").put("defaultAgentId", main.agentId());
    interval(beats.putArray("agents").addObject().put("agentId", main.agentId()), main);
    status.set("channelSummary", Json.texts(ChannelLines.of(facts.channels())));
    status.set("queuedSystemEvents", Json.texts(queuedEvents));
    ObjectNode all = status.putObject("sessions");
    all.putArray("paths").add(sessions);
    all.put("count", facts.sessions());
    all.putObject("defaults")
        .put("model", facts.model())
        .put("contextTokens", facts.contextTokens());
    ArrayNode recent = all.putArray("recent");
    facts.recent().forEach(row -> recent.add(SessionLine.of(row, facts, nowMs)));
    all.putArray("byAgent").add(sessions(facts.sessions()).put("agentId", main.agentId()));
    return status;
  }

  private static ObjectNode interval(ObjectNode json, HeartbeatAgent agent) {
    boolean enabled = agent.everyMs() > 0;
    json.put("enabled", enabled).put("every", enabled ? agent.every() : "disabled");
    return enabled ? json.put("everyMs", agent.everyMs()) : json.putNull("everyMs");
  }

  private ObjectNode sessions(long count) {
    ObjectNode section = Json.object().put("path", sessions).put("count", count);
    section.putArray("recent");
    return section;
  }
}
