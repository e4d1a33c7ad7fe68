package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One line of {@code node.list}. Protocol 02 §8. */
record NodeRow(String nodeId, @Nullable String name, boolean connected, ObjectNode json) {
  /** Connected first, then by name, then by id. */
  static final Comparator<NodeRow> ORDER =
      Comparator.comparing((NodeRow row) -> !row.connected())
          .thenComparing(NodeRow::sortName)
          .thenComparing(NodeRow::nodeId);

  /**
   * Merges what is known; live values win over stored ones, a name given by people over both.
   *
   * @param renamed the name given by {@code node.rename}, or null
   */
  static NodeRow of(
      String nodeId,
      @Nullable NodeRegistration live,
      @Nullable PairedNode paired,
      @Nullable String renamed) {
    ObjectNode json = Json.object().put("nodeId", nodeId);
    if (paired != null) {
      Json.putIfPresent(json, "displayName", paired.displayName());
      Json.putIfPresent(json, "platform", paired.platform());
      Json.putIfPresent(json, "remoteIp", paired.remoteIp());
    }
    if (live != null) {
      live.facts().putInto(json);
    } else {
      json.set("caps", Json.texts(List.of()));
      json.set("commands", Json.texts(List.of()));
    }
    Json.putIfPresent(json, "displayName", renamed);
    json.put("paired", paired != null).put("connected", live != null);
    return new NodeRow(nodeId, Json.textOrNull(json, "displayName"), live != null, json);
  }

  /** The same with the instance that holds its socket, as protocol 4 tells it. */
  NodeRow at(@Nullable NodeRegistration live) {
    if (live != null) {
      json.put("gatewayInstance", live.instance());
    }
    return this;
  }

  private String sortName() {
    return (name == null ? nodeId : name).toLowerCase(Locale.ROOT);
  }
}
