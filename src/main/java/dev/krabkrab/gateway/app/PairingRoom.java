package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.nodes.CommandPolicy;
import dev.krabkrab.gateway.pairing.PairingEvents;
import dev.krabkrab.gateway.pairing.PairingJson;

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
}
