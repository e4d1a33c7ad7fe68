package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.rpc.Access;
import io.vertx.core.Future;

/**
 * Takes from paired devices the right to connect as a node. One step in Redis decides; without
 * Redis nothing changes and the future fails. Protocol 05 §15.1.
 */
public final class NodeRoleService {
  private final DeviceStore store;
  private final RemovalRights rights;
  private final PairingEvents events;

  public NodeRoleService(RedisLink redis, PairingEvents events) {
    this.store = new DeviceStore(redis);
    this.rights = new RemovalRights(new PairedStore(redis));
    this.events = events;
  }

  /**
   * Withdraws a device's pairing as a node and closes its node connections on every instance. A
   * device that is paired for nothing else is removed.
   *
   * @param caller needs what {@code device.pair.remove} of that device needs
   * @return false when no device of that id is paired as a node; fails with a {@link GatewayError}
   *     when the caller may not
   */
  public Future<Boolean> withdraw(String deviceId, Caller caller) {
    return rights
        .of(caller)
        .compose(approver -> store.removeNode(deviceId, approver))
        .map(
            outcome ->
                switch (outcome) {
                  case ManagementResult.Done<DeviceStore.Removed>(DeviceStore.Removed gone) -> {
                    publish(deviceId, gone);
                    yield true;
                  }
                  case ManagementResult.Missing<DeviceStore.Removed>(String scope) ->
                      throw new GatewayError(Access.missingScope(caller, scope));
                  default -> false;
                });
  }

  private void publish(String deviceId, DeviceStore.Removed gone) {
    if (gone.stillPaired()) {
      events.nodeRemoved(deviceId, gone.generation());
    } else {
      events.removed(
          new PairingService.Removal(deviceId, gone.requestId(), gone.atMs(), gone.generation()));
    }
  }
}
