package dev.krabkrab.gateway.agent.heartbeat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a heartbeat. Protocol 03 §21.
 *
 * @param reason why it was skipped or failed, or null
 * @param preview the beginning of what the agent said, or null
 * @param channel where it was sent, or null
 * @param to whom there, or null
 */
public record HeartbeatOutcome(
    Status status,
    @Nullable String reason,
    @Nullable String preview,
    @Nullable String channel,
    @Nullable String to) {
  private static final int PREVIEW_CHARACTERS = 200;

  /** The final status of a heartbeat. */
  public enum Status {
    /** The agent had something to say, and it was sent. */
    SENT("sent", "alert"),
    /** The agent said nothing. */
    OK_EMPTY("ok-empty", "ok"),
    /** The agent said that all is well. */
    OK_TOKEN("ok-token", "ok"),
    /** The agent had no turn, or its answer had nowhere to go. */
    SKIPPED("skipped", null),
    /** It went wrong. */
    FAILED("failed", "error"),
    /** The agent is at work and could have no turn; nobody hears of it. */
    BUSY("skipped", null);

    private final String wire;
    private final @Nullable String indicator;

    Status(String wire, @Nullable String indicator) {
      this.wire = wire;
      this.indicator = indicator;
    }

    /** The name in lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A heartbeat that failed. */
  public static HeartbeatOutcome failed(String reason) {
    return new HeartbeatOutcome(Status.FAILED, reason, null, null, null);
  }

  /** The payload of {@code heartbeat}. */
  ObjectNode toJson(long atMs, long durationMs) {
    ObjectNode json = Json.object().put("ts", atMs).put("status", status.wire);
    Json.putIfPresent(json, "to", to);
    if (preview != null) {
      int points = Math.min(PREVIEW_CHARACTERS, preview.codePointCount(0, preview.length()));
      json.put("preview", preview.substring(0, preview.offsetByCodePoints(0, points)));
    }
    json.put("durationMs", durationMs);
    Json.putIfPresent(json, "reason", reason);
    Json.putIfPresent(json, "channel", channel);
    Json.putIfPresent(json, "indicatorType", status.indicator);
    return json;
  }
}
