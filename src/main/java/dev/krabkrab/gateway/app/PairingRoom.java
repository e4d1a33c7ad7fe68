package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.nodes.CommandPolicy;
import dev.krabkrab.gateway.pairing.PairingEvents;
import dev.krabkrab.gateway.pairing.PairingJson;
import dev.krabkrab.gateway.presence.PresenceService;
import dev.krabkrab.gateway.protocol.Json;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/** What pairing is told of other rooms. */
final class PairingRoom {
  private PairingRoom() {}

  static PairingJson shown(Core core) {
    var policy = new CommandPolicy(() -> NodeRoom.nodePolicy(core.settings()));
    return new PairingJson(policy::declared);
  }

  static PairingEvents events(Core core) {
    return new PairingEvents(core.broadcaster(), shown(core));
  }

  /** The devices that presence shows as connected. */
  static Supplier<Set<String>> connected(PresenceService presence) {
    return () -> {
      var devices = new HashSet<String>();
      JsonNode rows = Json.tryParse(presence.snapshot().toString());
      if (rows != null) {
        rows.forEach(row -> devices.add(row.path("deviceId").asText()));
      }
      return devices;
    };
  }
}
