package dev.krabkrab.gateway.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.node.NodePolicy.Ask;
import dev.krabkrab.gateway.cli.node.NodePolicy.Part;
import dev.krabkrab.gateway.cli.node.NodePolicy.Security;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy document. What it does not know, it refuses: a word that is misspelt must not make
 * a policy wider. Protocol 02 §3.2.
 */
final class PolicyReader {
  private static final Set<String> TOP = Set.of("version", "socket", "defaults", "agents");
  private static final Set<String> KNOBS =
      Set.of("security", "ask", "askFallback", "autoAllowSkills");
  private static final Set<String> ENTRY =
      Set.of("id", "pattern", "lastUsedAt", "lastUsedCommand", "lastResolvedPath");
  private static final Map<String, Security> SECURITY =
      Map.of("deny", Security.DENY, "allowlist", Security.ALLOWLIST, "full", Security.FULL);
  private static final Map<String, Ask> ASK =
      Map.of("off", Ask.OFF, "on-miss", Ask.ON_MISS, "always", Ask.ALWAYS);
  private static final int MOST_ENTRIES = 1_000;

  private PolicyReader() {}

  /**
   * Reads a document.
   *
   * @throws NodeRefusal that names the field
   */
  static NodePolicy read(@Nullable JsonNode file) {
    if (!(file instanceof ObjectNode document)) {
      throw wrong("", "an object");
    }
    known(document, TOP, "");
    if (document.path("version").asInt(0) != 1) {
      throw wrong("/version", "1");
    }
    Map<String, Part> agents = new HashMap<>();
    JsonNode given = document.path("agents");
    if (!given.isMissingNode() && !given.isObject()) {
      throw wrong("/agents", "an object");
    }
    given.properties().forEach(agent -> agents.put(agent.getKey(), agent(agent)));
    if (agents.containsKey("default")) {
      throw NodeRefusal.invalid("/agents/default: the agent's name is main");
    }
    JsonNode defaults = document.path("defaults");
    return new NodePolicy(
        defaults.isMissingNode() ? Part.NOTHING : part(defaults, KNOBS, "/defaults"), agents);
  }

  private static Part agent(Map.Entry<String, JsonNode> agent) {
    Set<String> fields = new HashSet<>(KNOBS);
    fields.add("allowlist");
    return part(agent.getValue(), fields, "/agents/" + agent.getKey());
  }

  private static Part part(JsonNode given, Set<String> fields, String at) {
    if (!(given instanceof ObjectNode object)) {
      throw wrong(at, "an object");
    }
    known(object, fields, at);
    return new Part(
        word(object, "security", SECURITY, at),
        word(object, "ask", ASK, at),
        allowlist(object.path("allowlist"), at + "/allowlist"));
  }

  private static <T> @Nullable T word(
      ObjectNode object, String field, Map<String, T> words, String at) {
    JsonNode value = object.get(field);
    if (value == null) {
      return null;
    }
    T known = value.isTextual() ? words.get(value.asText()) : null;
    if (known == null) {
      throw wrong(
          at + "/" + field,
          "one of " + String.join(", ", words.keySet().stream().sorted().toList()));
    }
    return known;
  }

  private static List<String> allowlist(JsonNode given, String at) {
    if (given.isMissingNode()) {
      return List.of();
    }
    if (!given.isArray() || given.size() > MOST_ENTRIES) {
      throw wrong(at, "a list of at most " + MOST_ENTRIES);
    }
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String here = at + "/" + i;
      if (!(given.get(i) instanceof ObjectNode entry)) {
        throw wrong(here, "an object");
      }
      known(entry, ENTRY, here);
      String pattern = entry.path("pattern").asText("");
      if (!entry.path("pattern").isTextual() || !PathPattern.isUsable(pattern)) {
        throw wrong(here + "/pattern", "a full path, or one that begins with ~/");
      }
      patterns.add(pattern);
    }
    return patterns;
  }

  private static void known(ObjectNode object, Set<String> fields, String at) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!fields.contains(name)) {
                throw NodeRefusal.invalid(at + "/" + name + ": there is no such field");
              }
            });
  }

  private static NodeRefusal wrong(String at, String what) {
    return NodeRefusal.invalid((at.isEmpty() ? "file" : at) + ": must be " + what);
  }
}
