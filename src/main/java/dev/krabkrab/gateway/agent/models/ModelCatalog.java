package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code models.providers} of the gateway document. Protocol 03 §17.
 *
 * @param models by provider, then name
 */
public record ModelCatalog(List<Model> models) {
  /**
   * A model that is configured.
   *
   * @param contextWindow in tokens; 0 when the document does not say
   * @param reasoning it can think before it answers
   * @param input what it takes: {@code text}, {@code image}
   */
  public record Model(
      String provider,
      String id,
      String name,
      int contextWindow,
      boolean reasoning,
      List<String> input) {
    public Model {
      input = List.copyOf(input);
    }
  }

  public ModelCatalog {
    models = List.copyOf(models);
  }

  /** Reads the document; entries without an id are left out. */
  public static ModelCatalog of(JsonNode document) {
    List<Model> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> provider : document.at("/models/providers").properties()) {
      for (JsonNode entry : provider.getValue().path("models")) {
        String id = Json.nonBlank(entry, "id");
        if (id != null) {
          found.add(model(provider.getKey(), id, entry));
        }
      }
    }
    found.sort(Comparator.comparing(Model::provider).thenComparing(Model::name));
    return new ModelCatalog(found);
  }

  private static Model model(String provider, String id, JsonNode entry) {
    String name = Json.nonBlank(entry, "name");
    List<String> input = new ArrayList<>();
    entry.path("input").forEach(kind -> input.add(kind.asText()));
    return new Model(
        provider,
        id,
        name == null ? id : name,
        Math.max(0, entry.path("contextWindow").asInt(0)),
        entry.path("reasoning").asBoolean(false),
        input.isEmpty() ? List.of("text") : input);
  }

  /**
   * The payload of {@code models.list}.
   *
   * @param available whether a provider is usable; null leaves that out
   */
  ObjectNode toJson(@Nullable Predicate<String> available) {
    ObjectNode json = Json.object();
    ArrayNode rows = json.putArray("models");
    for (Model model : models) {
      ObjectNode row =
          rows.addObject()
              .put("id", model.id())
              .put("name", model.name())
              .put("provider", model.provider());
      if (model.contextWindow() > 0) {
        row.put("contextWindow", model.contextWindow());
      }
      row.put("reasoning", model.reasoning()).set("input", Json.texts(model.input()));
      if (available != null) {
        row.put("available", available.test(model.provider()));
      }
    }
    return json;
  }
}
