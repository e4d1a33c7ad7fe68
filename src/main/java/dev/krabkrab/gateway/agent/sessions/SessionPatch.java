package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The fields of {@code sessions.patch}, checked and in their stored form. Protocol 04 §16.4.
 *
 * @param remove names of fields that are cleared
 * @param set fields and their values
 */
record SessionPatch(List<String> remove, Map<String, JsonNode> set) {
  private static final int LONGEST_LABEL = 64;
  private static final Set<String> OFF_CLEARS =
      Set.of("thinkingLevel", "reasoningLevel", "responseUsage");
  private static final Map<String, List<String>> CHOICES =
      Map.of(
          "verboseLevel", List.of("on", "off", "full"),
          "reasoningLevel", List.of("on", "off", "stream"),
          "responseUsage", List.of("off", "tokens", "full"),
          "elevatedLevel", List.of("on", "off", "ask", "full"),
          "execHost", List.of("sandbox", "gateway", "node"),
          "execSecurity", List.of("deny", "allowlist", "full"),
          "execAsk", List.of("off", "on-miss", "always"),
          "sendPolicy", List.of("allow", "deny"),
          "groupActivation", List.of("mention", "always"));
  private static final Map<String, String> THINKING =
      Map.ofEntries(
          Map.entry("off", "off"),
          Map.entry("minimal", "minimal"),
          Map.entry("min", "minimal"),
          Map.entry("low", "low"),
          Map.entry("on", "low"),
          Map.entry("think", "low"),
          Map.entry("medium", "medium"),
          Map.entry("med", "medium"),
          Map.entry("mid", "medium"),
          Map.entry("high", "high"),
          Map.entry("max", "high"),
          Map.entry("highest", "high"),
          Map.entry("xhigh", "xhigh"));
  private static final Set<String> THINK_HARDEST =
      Set.of("openai/gpt-5.2", "openai-codex/gpt-5.2-codex", "openai-codex/gpt-5.1-codex");

  /** Collects what a request says; for one request. */
  private static final class Reader {
    private final List<String> remove = new ArrayList<>();
    private final Map<String, JsonNode> set = new LinkedHashMap<>();
    private final String key;
    private final SessionRules rules;

    private Reader(String key, SessionRules rules) {
      this.key = key;
      this.rules = rules;
    }

    private void read(String field, JsonNode value) {
      String text = value.asText().strip();
      switch (field) {
        case "key" -> {}
        case "model" -> model(value, text);
        case "spawnedBy" -> spawnedBy(value, text);
        default -> {
          if (value.isNull()) {
            remove.add(field);
          } else {
            stored(field, plain(field, text));
          }
        }
      }
    }

    private void stored(String field, String value) {
      if (value.equals("off") && OFF_CLEARS.contains(field)) {
        remove.add(field);
      } else {
        set.put(field, JsonNodeFactory.instance.textNode(value));
      }
    }

    private void model(JsonNode value, String text) {
      if (value.isNull()) {
        remove.addAll(List.of("providerOverride", "modelOverride"));
        return;
      }
      if (text.isEmpty()) {
        throw GatewayError.invalid("invalid model: empty");
      }
      SessionRules.ModelName name = SessionRules.ModelName.of(text, rules.model().provider());
      if (!rules.allows(name)) {
        throw GatewayError.invalid("model not allowed: " + name);
      }
      stored("providerOverride", name.provider());
      stored("modelOverride", name.id());
    }

    private void spawnedBy(JsonNode value, String text) {
      if (value.isNull()) {
        throw GatewayError.invalid("spawnedBy cannot be cleared once set");
      }
      if (text.isEmpty()) {
        throw GatewayError.invalid("invalid spawnedBy: empty");
      }
      if (!key.contains(":subagent:")) {
        throw GatewayError.invalid("spawnedBy is only supported for subagent:* sessions");
      }
      stored("spawnedBy", text);
    }

    private String plain(String field, String text) {
      return switch (field) {
        case "label" -> label(text);
        case "execNode" -> filled(field, text);
        case "thinkingLevel" -> thinking(text);
        default -> choice(field, text.toLowerCase(Locale.ROOT));
      };
    }

    private String thinking(String text) {
      String level = THINKING.get(text.toLowerCase(Locale.ROOT));
      if (level == null) {
        throw GatewayError.invalid("invalid thinkingLevel (use off|minimal|low|medium|high)");
      }
      if (level.equals("xhigh") && !THINK_HARDEST.contains(rules.model().toString())) {
        throw GatewayError.invalid(
            "thinkingLevel \"xhigh\" is only supported for openai/gpt-5.2,"
                + " openai-codex/gpt-5.2-codex or openai-codex/gpt-5.1-codex");
      }
      return level;
    }

    private static String label(String text) {
      if (text.length() > LONGEST_LABEL) {
        throw GatewayError.invalid("invalid label: too long (max 64)");
      }
      return filled("label", text);
    }

    private static String filled(String field, String text) {
      if (text.isEmpty()) {
        throw GatewayError.invalid("invalid " + field + ": empty");
      }
      return text;
    }

    private static String choice(String field, String text) {
      List<String> choices = CHOICES.getOrDefault(field, List.of());
      String value = field.equals("responseUsage") && text.equals("on") ? "tokens" : text;
      if (choices.contains(value)) {
        return value;
      }
      List<String> shown = field.equals("verboseLevel") ? List.of("on", "off") : choices;
      String use =
          shown.stream().map(one -> '"' + one + '"').reduce((a, b) -> a + "|" + b).orElse("");
      throw GatewayError.invalid("invalid " + field + " (use " + use + ")");
    }
  }

  /** Reads parameters that have passed the schema; throws the error for the client. */
  static SessionPatch of(JsonNode params, String canonicalKey, SessionRules rules) {
    Reader reader = new Reader(canonicalKey, rules);
    params.properties().forEach(field -> reader.read(field.getKey(), field.getValue()));
    return new SessionPatch(reader.remove, reader.set);
  }
}
