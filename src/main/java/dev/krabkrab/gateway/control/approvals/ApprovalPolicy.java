package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The shape of the approval policy document and its normal form. Protocol 02 §3.2. */
final class ApprovalPolicy {
  private static final String NEWLINE = "\n";
  private static final ObjectWriter PRETTY =
      Json.mapper()
          .writer(
              new DefaultPrettyPrinter(
                      Separators.createDefaultInstance()
                          .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                          .withObjectEmptySeparator("")
                          .withArrayEmptySeparator(""))
                  .withObjectIndenter(new DefaultIndenter("  ", NEWLINE))
                  .withArrayIndenter(new DefaultIndenter("  ", NEWLINE)));

  private final Ids ids;

  ApprovalPolicy(Ids ids) {
    this.ids = ids;
  }

  /** The text that is stored and hashed. */
  static String text(ObjectNode file) {
    try {
      return PRETTY.writeValueAsString(file) + NEWLINE;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree always encodes", e);
    }
  }

  /**
   * Whether the policy lets no rule answer for this agent: it denies everything, or wants a human
   * every time.
   */
  static boolean bars(String text, String agentId) {
    JsonNode file = Json.parseObject(text);
    JsonNode agents = file.path("agents");
    List<JsonNode> own = new ArrayList<>();
    agents
        .properties()
        .forEach(
            agent -> {
              if (agentName(agent.getKey()).equals(agentName(agentId))) {
                own.add(agent.getValue());
              }
            });
    if (own.isEmpty()) {
      own.add(Json.object());
    }
    return own.stream().anyMatch(it -> bars(it, agents.path("*"), file.path("defaults")));
  }

  private static boolean bars(JsonNode... policies) {
    return first("security", policies).equals("deny") || first("ask", policies).equals("always");
  }

  /** Spellings of one agent are one agent; {@code default} is {@code main}. Protocol 02 §3.2. */
  private static String agentName(String id) {
    String lower = id.strip().toLowerCase(Locale.ROOT);
    String name = lower.replaceAll("[^a-z0-9_-]+", "-").replaceAll("^[-_]+|-+$", "");
    return name.isEmpty() || name.equals("default") ? "main" : name;
  }

  /** The first of them that says something, in lower case, or blank. */
  private static String first(String field, JsonNode... from) {
    for (JsonNode policy : from) {
      String value = Json.nonBlank(policy, field);
      if (value != null) {
        return value.strip().toLowerCase(Locale.ROOT);
      }
    }
    return "";
  }

  /** A copy in normal form: known keys only, one main agent, an id on every entry. */
  ObjectNode normalized(ObjectNode file) {
    ObjectNode copy = file.deepCopy();
    ObjectNode normal = Json.object().put("version", 1);
    if (copy.path("socket") instanceof ObjectNode socket) {
      normal.set("socket", socket);
    }
    normal.set("defaults", object(copy, "defaults"));
    ObjectNode agents = object(copy, "agents");
    if (agents.remove("default") instanceof ObjectNode legacy) {
      agents.set(
          "main", agents.get("main") instanceof ObjectNode main ? merged(main, legacy) : legacy);
    }
    agents.forEach(this::addIds);
    normal.set("agents", agents);
    return normal;
  }

  /** Keeps the stored socket where the given one says nothing. */
  ObjectNode withSocket(ObjectNode file, JsonNode stored) {
    ObjectNode socket = Json.object();
    for (String field : new String[] {"path", "token"}) {
      String given = Json.nonBlank(file.get("socket"), field);
      Json.putIfPresent(socket, field, given != null ? given : Json.textOrNull(stored, field));
    }
    ObjectNode whole = Json.object().put("version", 1);
    if (!socket.isEmpty()) {
      whole.set("socket", socket);
    }
    whole.set("defaults", file.get("defaults"));
    whole.set("agents", file.get("agents"));
    return whole;
  }

  /** What leaves the gateway: the socket's secret does not. */
  static ObjectNode redacted(ObjectNode file) {
    ObjectNode shown = file.deepCopy();
    @Nullable String path = Json.nonBlank(file.get("socket"), "path");
    if (path == null) {
      shown.remove("socket");
    } else {
      shown.set("socket", Json.object().put("path", path));
    }
    return shown;
  }

  private void addIds(JsonNode agent) {
    for (JsonNode entry : agent.path("allowlist")) {
      if (entry instanceof ObjectNode object && Json.nonBlank(object, "id") == null) {
        object.put("id", ids.uuid());
      }
    }
  }

  private static ObjectNode merged(ObjectNode main, ObjectNode legacy) {
    ObjectNode merged = legacy.deepCopy();
    merged.setAll(main);
    ArrayNode entries = Json.array();
    Set<String> patterns = new HashSet<>();
    for (ObjectNode agent : new ObjectNode[] {main, legacy}) {
      for (JsonNode entry : agent.path("allowlist")) {
        String pattern = entry.path("pattern").asText().strip().toLowerCase(Locale.ROOT);
        if (patterns.add(pattern)) {
          entries.add(entry);
        }
      }
    }
    if (!entries.isEmpty()) {
      merged.set("allowlist", entries);
    }
    return merged;
  }

  private static ObjectNode object(ObjectNode parent, String field) {
    return parent.get(field) instanceof ObjectNode object ? object : Json.object();
  }
}
