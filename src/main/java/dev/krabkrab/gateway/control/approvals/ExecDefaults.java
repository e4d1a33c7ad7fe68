package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Locale;
import java.util.Set;

/**
 * The levels that go for an agent of which the policy document says nothing: its {@code defaults},
 * and where they say nothing that is a level, what this gateway goes by. Protocol 02 §4.1.
 *
 * @param security {@code deny}, {@code allowlist} or {@code full}
 * @param ask {@code off}, {@code on-miss} or {@code always}
 * @param askFallback a level of security for when nobody decided in time
 */
public record ExecDefaults(
    String security, String ask, String askFallback, boolean autoAllowSkills) {
  private static final Set<String> SECURITY = Set.of("deny", "allowlist", "full");
  private static final Set<String> ASK = Set.of("off", "on-miss", "always");

  /** Reads the document. */
  public static ExecDefaults of(JsonNode file) {
    JsonNode given = file.path("defaults");
    return new ExecDefaults(
        level(given, "security", SECURITY, "allowlist"),
        level(given, "ask", ASK, "on-miss"),
        level(given, "askFallback", SECURITY, "deny"),
        given.path("autoAllowSkills").asBoolean(false));
  }

  private static String level(JsonNode from, String field, Set<String> known, String otherwise) {
    String value = Json.nonBlank(from, field);
    String level = value == null ? otherwise : value.strip().toLowerCase(Locale.ROOT);
    return known.contains(level) ? level : otherwise;
  }

  ObjectNode toJson() {
    return Json.object()
        .put("security", security)
        .put("ask", ask)
        .put("askFallback", askFallback)
        .put("autoAllowSkills", autoAllowSkills);
  }
}
