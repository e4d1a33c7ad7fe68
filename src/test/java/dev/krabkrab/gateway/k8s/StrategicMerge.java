package dev.krabkrab.gateway.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patches as Kubernetes defines them, as far as ours go: objects are merged, the
 * lists of pods named here by the key of their elements, new elements first; everything else is
 * replaced.
 */
final class StrategicMerge {
  private static final Map<String, String> KEYS =
      Map.of("containers", "name", "env", "name", "volumes", "name", "volumeMounts", "mountPath");

  private StrategicMerge() {}

  static void apply(ObjectNode target, JsonNode patch) {
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      String name = change.getKey();
      JsonNode old = target.get(name);
      JsonNode wanted = change.getValue();
      if (name.startsWith("$")) {
        throw new IllegalArgumentException("directive not known here: " + name);
      }
      if (wanted.isNull()) {
        target.remove(name);
      } else if (old instanceof ObjectNode object && wanted.isObject()) {
        apply(object, wanted);
      } else if (old instanceof ArrayNode list && KEYS.containsKey(name)) {
        target.set(name, merged(list, wanted, KEYS.get(name)));
      } else {
        target.set(name, wanted);
      }
    }
  }

  private static ArrayNode merged(ArrayNode list, JsonNode patches, String key) {
    List<JsonNode> fresh = new ArrayList<>();
    for (JsonNode patch : patches) {
      ObjectNode old = find(list, key, patch.path(key).asText());
      if (old == null) {
        fresh.add(patch);
      } else {
        apply(old, patch);
      }
    }
    ArrayNode result = list.arrayNode();
    fresh.forEach(result::add);
    list.forEach(result::add);
    return result;
  }

  private static @Nullable ObjectNode find(ArrayNode list, String key, String value) {
    for (JsonNode element : list) {
      if (element.path(key).asText().equals(value)) {
        return (ObjectNode) element;
      }
    }
    return null;
  }
}
