package dev.krabkrab.gateway.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.heartbeat.HeartbeatAgent;
import dev.krabkrab.gateway.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.protocol.Json;
import java.util.List;
import java.util.function.Supplier;

/** The shapes of health and status. Protocol 03 §1, §2. */
final class HealthReport {
  private static final int ACK_MAX_CHARS = 300;

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

  /** All of a health snapshot but {@code ok}, {@code ts} and {@code durationMs}. */
  ObjectNode health(int instances, boolean redis) {
    ObjectNode health = Json.object();
    health.putObject("channels");
    health.putArray("channelOrder");
    health.putObject("channelLabels");
    HeartbeatSettings settings = heartbeat.get();
    HeartbeatAgent main = settings.ofDefaultAgent();
    health.put("heartbeatSeconds", main.everyMs() / 1_000).put("defaultAgentId", main.agentId());
    ObjectNode agent = health.putArray("agents").addObject();
    agent.put("agentId", main.agentId()).put("isDefault", true);
    interval(agent.putObject("heartbeat"), main)
        .put("prompt", main.prompt())
        .put("target", "last")
        .put("ackMaxChars", ACK_MAX_CHARS);
    agent.set("sessions", sessions());
    health.set("sessions", sessions());
    health.putObject("cluster").put("instances", instances).put("redis", redis ? "ok" : "degraded");
    return health;
  }

  ObjectNode status(List<String> queuedEvents) {
    ObjectNode status = Json.object();
    HeartbeatAgent main = heartbeat.get().ofDefaultAgent();
    ObjectNode beats = status.putObject("heartbeat").put("defaultAgentId", main.agentId());
    interval(beats.putArray("agents").addObject().put("agentId", main.agentId()), main);
    status.putArray("channelSummary");
    status.set("queuedSystemEvents", Json.texts(queuedEvents));
    ObjectNode all = status.putObject("sessions");
    all.putArray("paths").add(sessions);
    all.put("count", 0);
    all.putObject("defaults").putNull("model").putNull("contextTokens");
    all.putArray("recent");
    all.putArray("byAgent").add(sessions().put("agentId", main.agentId()));
    return status;
  }

  private static ObjectNode interval(ObjectNode json, HeartbeatAgent agent) {
    boolean enabled = agent.everyMs() > 0;
    json.put("enabled", enabled).put("every", enabled ? agent.every() : "disabled");
    return enabled ? json.put("everyMs", agent.everyMs()) : json.putNull("everyMs");
  }

  private ObjectNode sessions() {
    ObjectNode section = Json.object().put("path", sessions).put("count", 0);
    section.putArray("recent");
    return section;
  }
}
