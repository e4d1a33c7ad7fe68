package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Map;

/** JSON merge patch, RFC 7396. Protocol 03 §11. */
final class MergePatch {
  private MergePatch() {}

  /**
   * Returns a changed copy: objects merge, null deletes, everything else replaces. Depth is bounded
   * by the limit of the parser.
   */
  static ObjectNode apply(ObjectNode target, ObjectNode patch) {
    ObjectNode result = target.deepCopy();
    merge(result, patch);
    return result;
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      String name = change.getKey();
      if (change.getValue().isNull()) {
        target.remove(name);
      } else if (change.getValue() instanceof ObjectNode nested) {
        ObjectNode base = target.get(name) instanceof ObjectNode object ? object : Json.object();
        merge(base, nested);
        target.set(name, base);
      } else {
        target.set(name, change.getValue());
      }
    }
  }
}
