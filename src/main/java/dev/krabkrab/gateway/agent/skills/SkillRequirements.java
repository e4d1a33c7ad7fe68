package dev.krabkrab.gateway.agent.skills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Requirements of a skill, or those that are not met. Protocol 03 §18.
 *
 * @param bins programs, all of them
 * @param anyBins programs, one of them
 * @param env variables
 * @param config dotted paths of the gateway document
 * @param os systems, one of them, by the names clients know: {@code linux}, {@code darwin}
 */
record SkillRequirements(
    List<String> bins,
    List<String> anyBins,
    List<String> env,
    List<String> config,
    List<String> os) {
  SkillRequirements {
    bins = List.copyOf(bins);
    anyBins = List.copyOf(anyBins);
    env = List.copyOf(env);
    config = List.copyOf(config);
    os = List.copyOf(os);
  }

  static SkillRequirements of(JsonNode metadata) {
    JsonNode requires = metadata.path("requires");
    return new SkillRequirements(
        texts(requires.path("bins")),
        texts(requires.path("anyBins")),
        texts(requires.path("env")),
        texts(requires.path("config")),
        texts(metadata.path("os")));
  }

  boolean isEmpty() {
    return bins.isEmpty() && anyBins.isEmpty() && env.isEmpty() && config.isEmpty() && os.isEmpty();
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.set("bins", Json.texts(bins));
    json.set("anyBins", Json.texts(anyBins));
    json.set("env", Json.texts(env));
    json.set("config", Json.texts(config));
    json.set("os", Json.texts(os));
    return json;
  }

  /** A list, or one text. */
  static List<String> texts(JsonNode given) {
    List<String> found = new ArrayList<>();
    for (JsonNode value : given.isTextual() ? Json.array().add(given) : given) {
      if (value.isTextual() && !value.textValue().isBlank()) {
        found.add(value.textValue().strip());
      }
    }
    return found;
  }
}
