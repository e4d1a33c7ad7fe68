package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.ClientKind;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Closes connections whose device has lost its right in the meantime. The order to close them
 * travels at most once, so this looks again: after a gap in the messages, and now and then. A
 * device that Redis has merely lost keeps its connections.
 */
public final class RevocationSweep {
  private static final int AT_ONCE = 256;
  private static final long ALL = Long.MAX_VALUE;

  private final PairingService service;
  private final PairingEvents events;
  private final Supplier<List<Caller>> callers;

  /** Looks after the given callers: those connected to this instance. */
  public RevocationSweep(
      PairingService service, PairingEvents events, Supplier<List<Caller>> callers) {
    this.service = service;
    this.events = events;
    this.callers = callers;
  }

  /** Checks everybody once; fails, having closed nobody more, when Redis does not answer. */
  public Future<Void> run() {
    Map<String, List<Caller>> byDevice =
        callers.get().stream()
            .filter(RevocationSweep::isPaired)
            .collect(Collectors.groupingBy(Caller::principal));
    return check(List.copyOf(byDevice.values()), 0);
  }

  /** In portions, so that a full house does not fill the pipeline to Redis. */
  private Future<Void> check(List<List<Caller>> devices, int from) {
    if (from >= devices.size()) {
      return Future.succeededFuture();
    }
    int to = Math.min(from + AT_ONCE, devices.size());
    List<Future<Void>> portion = devices.subList(from, to).stream().map(this::check).toList();
    return Future.all(portion).compose(done -> check(devices, to));
  }

  private Future<Void> check(List<Caller> ofOneDevice) {
    String deviceId = ofOneDevice.getFirst().deviceId();
    return deviceId == null
        ? Future.succeededFuture()
        : service
            .find(deviceId)
            .compose(
                found -> {
                  if (found.isEmpty()) {
                    return closeRemoved(deviceId);
                  }
                  closeRevoked(found.get(), ofOneDevice);
                  return Future.succeededFuture();
                });
  }

  private Future<Void> closeRemoved(String deviceId) {
    return service
        .wasRemoved(deviceId)
        .onSuccess(
            removed -> {
              if (removed) {
                events.removed(new PairingService.Removal(deviceId, null, 0, ALL));
              }
            })
        .mapEmpty();
  }

  private void closeRevoked(PairedDevice device, List<Caller> connections) {
    List<String> roles =
        connections.stream()
            .filter(caller -> !mayStay(device, caller))
            .map(Caller::role)
            .distinct()
            .toList();
    roles.forEach(role -> events.tokenRevoked(device.deviceId(), role, ALL));
  }

  private static boolean mayStay(PairedDevice device, Caller caller) {
    DeviceToken token = device.token(caller.role());
    return token != null
        && token.isLive()
        && Scopes.firstMissing(device.scopesAs(caller.role()), caller.scopes()).isEmpty();
  }

  /** Pairing can be waived for a control UI, which then has nothing to lose. */
  private static boolean isPaired(Caller caller) {
    return caller.deviceId() != null
        && !ClientKind.of(caller.clientId(), caller.clientMode()).isControlUi();
  }
}
