package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The filter of {@code sessions.list} and {@code sessions.resolve}. Protocol 04 §16.1.
 *
 * @param since only those changed since, milliseconds since 1970; 0 for all
 * @param limit the most that are answered
 */
record SessionFilter(
    boolean global,
    boolean unknown,
    @Nullable String agent,
    @Nullable String spawnedBy,
    @Nullable String label,
    @Nullable String search,
    long since,
    int limit) {
  /** Rows of one answer: anybody who may write makes sessions, and clients take 25 MiB. */
  static final int MOST = 20_000;

  private static final long MINUTE = 60_000;
  private static final List<String> SEARCHED =
      List.of("displayName", "label", "subject", "sessionId", "key");

  static SessionFilter of(JsonNode params, long now) {
    String agent = Json.nonBlank(params, "agentId");
    String search = Json.nonBlank(params, "search");
    long minutes = params.path("activeMinutes").asLong(0);
    return new SessionFilter(
        params.path("includeGlobal").asBoolean(),
        params.path("includeUnknown").asBoolean(),
        agent == null ? null : SessionRules.agentId(agent),
        Json.nonBlank(params, "spawnedBy"),
        Json.nonBlank(params, "label"),
        search == null ? null : search.toLowerCase(Locale.ROOT),
        minutes > 0 ? now - minutes * MINUTE : 0,
        Math.min(MOST, params.path("limit").asInt(MOST)));
  }

  /** Whether it is of the kind, agent and origin looked for. */
  boolean concerns(SessionEntry entry) {
    boolean ofAgent = agent == null || agent.equals(SessionRules.agentOf(entry.key()));
    boolean spawned = spawnedBy == null || spawnedBy.equals(entry.text("spawnedBy"));
    return ofAgent
        && spawned
        && switch (entry.key()) {
          case SessionRules.GLOBAL -> global && spawnedBy == null && agent == null;
          case SessionRules.UNKNOWN -> unknown && spawnedBy == null && agent == null;
          default -> true;
        };
  }

  /** Whether what was searched for is in a row; true when nothing was. */
  boolean isFound(JsonNode row) {
    String wanted = search;
    return wanted == null
        || SEARCHED.stream()
            .map(field -> row.path(field).asText(""))
            .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(wanted));
  }
}
