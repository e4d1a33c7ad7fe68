package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The sections of a configuration file that belong to one instance alone, such as {@code redis}.
 * They are never part of the gateway document, which all instances share.
 */
public final class InstanceSections {
  private InstanceSections() {}

  /** Their schema. */
  public static ObjectNode schema() {
    return Json.parseObject(SettingsParts.text("schema/platform/settings/instance.json"));
  }

  /** Takes them out of a document; returns the names of those that were there. */
  public static List<String> takeOut(JsonNode document) {
    List<String> taken = new ArrayList<>();
    if (document instanceof ObjectNode object) {
      schema()
          .path("properties")
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (object.remove(name) != null) {
                  taken.add(name);
                }
              });
    }
    return taken;
  }
}
