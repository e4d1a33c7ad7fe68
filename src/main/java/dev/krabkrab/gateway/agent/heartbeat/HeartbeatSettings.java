package dev.krabkrab.gateway.agent.heartbeat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of heartbeats: the agents of {@code agents.list} with a {@code heartbeat} of their own,
 * else the default agent. What an agent does not set comes from {@code agents.defaults.heartbeat}.
 * Protocol 03 §21.
 *
 * @param defaultAgent who keys and jobs mean that name nobody
 * @param mainSession the default agent's main conversation
 */
public record HeartbeatSettings(
    String defaultAgent, String mainSession, List<HeartbeatAgent> agents) {
  private static final long EVERY_MS = 1_800_000;
  private static final long LONGEST_MS = 365L * 24 * 3_600_000;
  private static final long SHORTEST_MS = 1_000;
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|[smhd])?");
  private static final String PROMPT =
      "Look through what is due and act on it. Answer HEARTBEAT_OK when nothing needs attention.";

  public HeartbeatSettings {
    agents = List.copyOf(agents);
  }

  /** Reads the document. */
  public static HeartbeatSettings of(JsonNode document) {
    SessionRules rules = SessionRules.of(document);
    JsonNode defaults = document.at("/agents/defaults/heartbeat");
    List<HeartbeatAgent> agents = new ArrayList<>();
    for (JsonNode agent : document.at("/agents/list")) {
      String id = Json.nonBlank(agent, "id");
      if (id != null && agent.path("heartbeat").isObject()) {
        agents.add(agent(SessionRules.agentId(id), agent.path("heartbeat"), defaults, rules));
      }
    }
    if (agents.isEmpty()) {
      agents.add(agent(rules.defaultAgent(), defaults, defaults, rules));
    }
    return new HeartbeatSettings(rules.defaultAgent(), rules.mainSession(), agents);
  }

  /** The default agent's heartbeat; one without an interval when it has none. */
  public HeartbeatAgent ofDefaultAgent() {
    return agents.stream()
        .filter(agent -> agent.agentId().equals(defaultAgent))
        .findFirst()
        .orElseGet(
            () -> new HeartbeatAgent(defaultAgent, mainSession, 0, PROMPT, null, "none", null));
  }

  private static HeartbeatAgent agent(
      String id, JsonNode own, JsonNode defaults, SessionRules rules) {
    String prompt = first(Json.nonBlank(own, "prompt"), Json.nonBlank(defaults, "prompt"));
    String target = first(Json.nonBlank(own, "target"), Json.nonBlank(defaults, "target"));
    JsonNode every = own.hasNonNull("every") ? own.path("every") : defaults.path("every");
    return new HeartbeatAgent(
        id,
        rules.canonical("agent:" + id + ":main"),
        milliseconds(every.asText("")),
        prompt == null ? PROMPT : prompt,
        first(Json.nonBlank(own, "model"), Json.nonBlank(defaults, "model")),
        target == null ? "last" : target.strip(),
        first(Json.nonBlank(own, "to"), Json.nonBlank(defaults, "to")));
  }

  private static @Nullable String first(@Nullable String own, @Nullable String otherwise) {
    return own == null ? otherwise : own;
  }

  /** Whether a text says how often; an empty one says nothing. */
  static boolean isDuration(String text) {
    return text.isBlank() || DURATION.matcher(text.strip()).matches();
  }

  /** A duration such as {@code 30m}; minutes without a unit, the usual half hour without sense. */
  static long milliseconds(String text) {
    Matcher duration = DURATION.matcher(text.strip());
    if (!duration.matches()) {
      return EVERY_MS;
    }
    long unit =
        switch (duration.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "h" -> 3_600_000;
          case "d" -> 86_400_000;
          case null, default -> 60_000;
        };
    long ms = new BigDecimal(duration.group(1)).multiply(BigDecimal.valueOf(unit)).longValue();
    return ms == 0 ? 0 : Math.clamp(ms, SHORTEST_MS, LONGEST_MS);
  }
}
