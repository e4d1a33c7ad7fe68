package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Finds by what somebody removes devices: by what the connection may, and by what its own device
 * was approved for as an operator and still is. Command lines ask for {@code operator.pairing}
 * alone when they remove; they may not remove more than their device could by asking for all it
 * has. What a named token or a user brings is all there is. Protocol 01c §7.4.
 *
 * @param devices as they are now
 */
record RemovalRights(PairedStore devices) {
  Future<Approver> of(Caller caller) {
    Approver asking = Approver.of(caller);
    String own = caller.grounds().deviceId();
    if (own == null
        || !own.equals(caller.deviceId())
        || caller.isNode()
        || caller.credential() != null) {
      return Future.succeededFuture(asking);
    }
    return devices.find(own).map(device -> with(asking, device));
  }

  private static Approver with(Approver asking, Optional<PairedDevice> device) {
    return device.map(known -> asking.with(known.scopesAs(Role.OPERATOR.wire()))).orElse(asking);
  }
}
