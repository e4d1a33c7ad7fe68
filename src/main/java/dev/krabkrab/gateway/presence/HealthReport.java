package dev.krabkrab.gateway.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import java.util.List;

/** The shapes of health and status. Protocol 03 §1, §2. */
final class HealthReport {
  private static final String MAIN = "main";
  private static final String EVERY = "30m";
  private static final long EVERY_MS = 1_800_000;
  private static final int ACK_MAX_CHARS = 300;
  private static final String PROMPT =
      "Look through what is due and act on it. Answer HEARTBEAT_OK when nothing needs attention.";

  private final String sessions;

  /**
   * Makes one.
   *
   * @param namespace where this deployment keeps its state
   */
  HealthReport(String namespace) {
    this.sessions = "redis:" + namespace + "/agents/main/sessions";
  }

  /** All of a health snapshot but {@code ok}, {@code ts} and {@code durationMs}. */
  ObjectNode health(int instances, boolean redis) {
    ObjectNode health = Json.object();
    health.putObject("channels");
    health.putArray("channelOrder");
    health.putObject("channelLabels");
    health.put("heartbeatSeconds", EVERY_MS / 1_000).put("defaultAgentId", MAIN);
    ObjectNode agent = health.putArray("agents").addObject();
    agent.put("agentId", MAIN).put("isDefault", true);
    agent
        .putObject("heartbeat")
        .put("enabled", true)
        .put("every", EVERY)
        .put("everyMs", EVERY_MS)
        .put("prompt", PROMPT)
        .put("target", "last")
        .put("ackMaxChars", ACK_MAX_CHARS);
    agent.set("sessions", sessions());
    health.set("sessions", sessions());
    health.putObject("cluster").put("instances", instances).put("redis", redis ? "ok" : "degraded");
    return health;
  }

  ObjectNode status(List<String> queuedEvents) {
    ObjectNode status = Json.object();
    ObjectNode heartbeat = status.putObject("heartbeat").put("defaultAgentId", MAIN);
    heartbeat
        .putArray("agents")
        .addObject()
        .put("agentId", MAIN)
        .put("enabled", true)
        .put("every", EVERY)
        .put("everyMs", EVERY_MS);
    status.putArray("channelSummary");
    status.set("queuedSystemEvents", Json.texts(queuedEvents));
    ObjectNode all = status.putObject("sessions");
    all.putArray("paths").add(sessions);
    all.put("count", 0);
    all.putObject("defaults").putNull("model").putNull("contextTokens");
    all.putArray("recent");
    all.putArray("byAgent").add(sessions().put("agentId", MAIN));
    return status;
  }

  private ObjectNode sessions() {
    ObjectNode section = Json.object().put("path", sessions).put("count", 0);
    section.putArray("recent");
    return section;
  }
}
