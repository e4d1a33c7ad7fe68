package dev.krabkrab.gateway.handshake;

import dev.krabkrab.gateway.auth.Credential;
import dev.krabkrab.gateway.auth.GuessGuard;
import dev.krabkrab.gateway.auth.IdentitySource;
import dev.krabkrab.gateway.auth.Locality;
import dev.krabkrab.gateway.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.pairing.Admission;
import dev.krabkrab.gateway.pairing.BootstrapService;
import dev.krabkrab.gateway.pairing.PairingService;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.CloseReason;
import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Frames;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.schema.Schemas;
import dev.krabkrab.gateway.rpc.ConnectionObserver;
import dev.krabkrab.gateway.rpc.EventSink;
import dev.krabkrab.gateway.rpc.Failures;
import dev.krabkrab.gateway.rpc.Refusals;
import dev.krabkrab.gateway.transport.Connection;
import dev.krabkrab.gateway.transport.LocalConnections;
import dev.krabkrab.gateway.transport.LoopConnections;
import dev.krabkrab.gateway.transport.UpgradeInfo;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Takes a connection from its challenge to hello-ok, step by step; the first step that fails ends
 * it. Protocol 01b §2.6. For one event loop.
 */
public final class Handshake {
  private final FirstFrame firstFrame;
  private final DeviceStep deviceStep;
  private final AdmissionStep admissionStep;
  private final HelloOk helloOk;
  private final Supplier<HandshakePolicy> policy;
  private final LocalConnections connections;
  private final List<ConnectionObserver> observers;
  private final HandshakeGate gate;
  private final int mostPerDevice;
  private final HandshakeMetrics metrics;
  private final Refusals refusals;
  private final Ids ids;
  private final InstantSource clock;
  private final Map<Connection, String> nonces = new WeakHashMap<>();

  /**
   * @param mostPerDevice connections one device may have on this instance
   */
  public Handshake(
      Schemas schemas,
      PairingService pairing,
      BootstrapService bootstraps,
      GuessGuard guard,
      BiConsumer<String, Admission> announcer,
      ServerFacts facts,
      Supplier<HandshakePolicy> policy,
      LocalConnections connections,
      List<ConnectionObserver> observers,
      HandshakeGate gate,
      int mostPerDevice,
      HandshakeMetrics metrics,
      Refusals refusals,
      Ids ids,
      InstantSource clock) {
    this.firstFrame = new FirstFrame(schemas);
    this.deviceStep = new DeviceStep(clock);
    this.admissionStep = new AdmissionStep(pairing, bootstraps, guard, announcer);
    this.helloOk = new HelloOk(facts);
    this.policy = policy;
    this.connections = connections;
    this.observers = observers;
    this.gate = gate;
    this.mostPerDevice = mostPerDevice;
    this.metrics = metrics;
    this.refusals = refusals;
    this.ids = ids;
    this.clock = clock;
  }

  /** Sends the challenge. Protocol 01b §2.1. */
  public void opened(Connection connection) {
    String nonce = ids.uuid();
    nonces.put(connection, nonce);
    metrics.began();
    JsonText challenge = JsonText.of(Json.object().put("nonce", nonce).put("ts", clock.millis()));
    connection.send(Frames.direct(EventType.CONNECT_CHALLENGE, challenge));
  }

  /** Turns a connection away that came while this instance sends its clients away. */
  public void turnAway(Connection connection) {
    turnAway(connection, Outcome.DRAINING, CloseReason.SERVICE_RESTART);
  }

  /** Turns a connection away for which there is no room on this instance. */
  public void noRoom(Connection connection) {
    turnAway(connection, Outcome.OVERLOADED, CloseReason.GATEWAY_BUSY);
  }

  private void turnAway(Connection connection, Outcome outcome, CloseReason reason) {
    metrics.began();
    metrics.ended(outcome, 0);
    connection.close(reason);
  }

  /** Takes a message of a connection that is not through yet. */
  public void message(Connection connection, byte[] utf8) {
    if (connection.state() == Connection.State.AUTHENTICATING) {
      outOfTurn(connection, utf8);
      return;
    }
    switch (firstFrame.read(utf8)) {
      case FirstFrame.Reading.Unreadable(var close) -> {
        ended(connection, Outcome.MALFORMED);
        connection.close(close);
      }
      case FirstFrame.Reading.Refused(String id, var failure) -> refuse(connection, id, failure);
      case FirstFrame.Reading.Connect(String id, ConnectParams params) -> {
        connection.authenticating();
        gate.enter(
            connection,
            () -> connect(connection, id, params),
            () -> refuse(connection, id, overloaded("too many handshakes at once")));
      }
    }
  }

  /** Tells the observers that a connection they know is gone. */
  public void closed(Connection connection) {
    long openMs = clock.millis() - connection.openedAtMs();
    boolean late = openMs >= LoopConnections.HANDSHAKE_TIMEOUT_MS;
    ended(connection, late ? Outcome.TIMEOUT : Outcome.ABANDONED);
    Caller caller = connection.caller();
    HandshakeLog.closed(connection);
    if (caller != null && connections.leave(connection)) {
      observers.forEach(observer -> observer.disconnected(caller));
    }
  }

  /** Two handshakes never run on one socket. Protocol 01a §1.4. */
  private void outOfTurn(Connection connection, byte[] utf8) {
    String id = Frames.echoId(Json.tryParse(utf8));
    refuse(connection, id, HandshakeFailure.invalid(FirstFrame.NOT_CONNECT));
  }

  private void connect(Connection connection, String id, ConnectParams params) {
    HandshakePolicy current = policy.get();
    Locality locality = locality(connection, current);
    HandshakeFailure foreign =
        OriginStep.check(params, current, connection.upgrade().headers(), locality);
    if (foreign != null) {
      refuse(connection, id, foreign);
      return;
    }
    String nonce = nonces.getOrDefault(connection, "");
    IdentitySource.Shown shown = shown(connection, params, current);
    switch (deviceStep.check(params, current, locality, nonce)) {
      case DeviceStep.Result.Refused(var failure) -> refuse(connection, id, failure);
      case DeviceStep.Result.NoDevice() -> {
        ConnectParams granted = params.withScopes(DeviceStep.scopesWithoutDevice(params, locality));
        Caller caller = Callers.of(connection, granted, locality, null, clock.millis());
        admit(
            connection,
            id,
            granted,
            caller,
            admissionStep.withoutDevice(granted, current, locality, shown));
      }
      case DeviceStep.Result.Verified device -> {
        Caller caller = Callers.of(connection, params, locality, device.deviceId(), clock.millis());
        connection.identify(caller);
        admit(
            connection,
            id,
            params,
            caller,
            admissionStep.withDevice(params, current, locality, device, shown));
      }
    }
  }

  private static IdentitySource.Shown shown(
      Connection connection, ConnectParams params, HandshakePolicy policy) {
    UpgradeInfo upgrade = connection.upgrade();
    return new IdentitySource.Shown(
        params.token(),
        upgrade.headers(),
        Locality.isTrustedProxy(upgrade.remoteAddress(), policy.locality()));
  }

  private static Locality locality(Connection connection, HandshakePolicy policy) {
    UpgradeInfo upgrade = connection.upgrade();
    return Locality.of(upgrade.remoteAddress(), upgrade.headers(), policy.locality());
  }

  private void admit(
      Connection connection,
      String id,
      ConnectParams params,
      Caller caller,
      Future<AdmissionStep.Result> admission) {
    admission.onComplete(
        result ->
            connection.execute(
                () -> {
                  if (result.succeeded()) {
                    judge(connection, id, params, caller, result.result());
                  } else {
                    refuse(connection, id, fault(connection, result.cause()));
                  }
                }));
  }

  private void judge(
      Connection connection,
      String id,
      ConnectParams params,
      Caller caller,
      AdmissionStep.Result result) {
    switch (result) {
      case AdmissionStep.Result.Refused(var failure) -> refuse(connection, id, failure);
      case AdmissionStep.Result.Admitted admitted ->
          enter(connection, id, params, Callers.limited(caller, admitted), admitted);
    }
  }

  private void enter(
      Connection connection,
      String id,
      ConnectParams params,
      Caller caller,
      AdmissionStep.Result.Admitted admitted) {
    // The socket may have closed during an asynchronous step; then nobody must learn of it.
    if (!connection.isOpen()) {
      return;
    }
    if (!connection.letIn(caller, admitted.generation())) {
      return;
    }
    // Only now: whoever withdraws a token from here on finds the caller by it.
    if (caller.credential() != null && !policy.get().standing().test(caller.credential())) {
      refuse(connection, id, HandshakeFailure.WITHDRAWN);
      return;
    }
    if (!connections.enter(connection, mostPerDevice)) {
      String message = "this device has " + mostPerDevice + " connections; close some of them";
      refuse(connection, id, overloaded(message));
      return;
    }
    List<Future<Void>> ready =
        observers.stream().map(observer -> observer.connecting(caller, params.raw())).toList();
    Future.join(ready)
        .onComplete(
            joined ->
                connection.execute(
                    () -> {
                      if (joined.failed()) {
                        refuse(connection, id, fault(connection, joined.cause()));
                      } else if (connection.isOpen()) {
                        welcome(connection, id, caller, admitted);
                      }
                    }));
  }

  private void welcome(
      Connection connection, String id, Caller caller, AdmissionStep.Result.Admitted admitted) {
    connection.ready(caller);
    Credential credential = admitted.credential();
    if (credential != null && credential.expiresAtMs() != Credential.NEVER) {
      connection.closeIn(credential.expiresAtMs() - clock.millis(), CloseReason.TOKEN_EXPIRED);
    }
    ended(connection, Outcome.OK);
    HandshakeLog.connected(caller);
    connection.send(Frames.okParts(id, helloOk.build(caller, admitted)));
    EventSink sink = new SocketSink(connection);
    observers.forEach(observer -> observer.connected(caller, sink));
  }

  private HandshakeFailure overloaded(String message) {
    return HandshakeFailure.overloaded(message, gate.retryAfterMs());
  }

  /** Fails closed: without state nobody gets in, and everybody may come back. */
  private static HandshakeFailure fault(Connection connection, Throwable cause) {
    ErrorShape error = Failures.toError("connect", cause, connection.id(), connection.caller());
    return Boolean.TRUE.equals(error.retryable())
        ? HandshakeFailure.comeBack(error)
        : HandshakeFailure.of(Outcome.FAILED, error);
  }

  /** Counts the end of a handshake, the first time it is told of it. */
  private void ended(Connection connection, Outcome outcome) {
    if (nonces.remove(connection) != null) {
      metrics.ended(outcome, clock.millis() - connection.openedAtMs());
    }
    gate.leave(connection);
  }

  private void refuse(Connection connection, String id, HandshakeFailure failure) {
    ended(connection, failure.outcome());
    HandshakeLog.refused(connection, failure.outcome());
    if (failure.outcome().isRefusal()) {
      Locality client = locality(connection, policy.get());
      refusals.connect(client.clientIp(), connection.caller(), failure.outcome().label());
    }
    connection.send(Frames.error(id, failure.error()));
    connection.close(failure.close());
  }
}
