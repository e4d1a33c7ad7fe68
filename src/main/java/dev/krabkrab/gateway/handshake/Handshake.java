package dev.krabkrab.gateway.handshake;

import dev.krabkrab.gateway.auth.IdentitySource;
import dev.krabkrab.gateway.auth.Locality;
import dev.krabkrab.gateway.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.CloseReason;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Frames;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.schema.Schemas;
import dev.krabkrab.gateway.transport.Connection;
import dev.krabkrab.gateway.transport.UpgradeInfo;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Takes a connection from its challenge to hello-ok, step by step; the first step that fails ends
 * it. Protocol 01b §2.6. For one event loop.
 */
public final class Handshake {
  private final FirstFrame firstFrame;
  private final DeviceStep deviceStep;
  private final AdmissionStep admissionStep;
  private final Supplier<HandshakePolicy> policy;
  private final HandshakeGate gate;
  private final HandshakeEnds ends;
  private final Entrance entrance;
  private final Ids ids;
  private final InstantSource clock;

  /**
   * @param policy what the gateway document says now
   */
  public Handshake(
      Schemas schemas,
      AdmissionStep admissionStep,
      Supplier<HandshakePolicy> policy,
      HandshakeGate gate,
      HandshakeEnds ends,
      Entrance entrance,
      Ids ids,
      InstantSource clock) {
    this.firstFrame = new FirstFrame(schemas);
    this.deviceStep = new DeviceStep(clock);
    this.admissionStep = admissionStep;
    this.policy = policy;
    this.gate = gate;
    this.ends = ends;
    this.entrance = entrance;
    this.ids = ids;
    this.clock = clock;
  }

  /** Sends the challenge. Protocol 01b §2.1. */
  public void opened(Connection connection) {
    String nonce = ids.uuid();
    ends.began(connection, nonce);
    JsonText challenge = JsonText.of(Json.object().put("nonce", nonce).put("ts", clock.millis()));
    connection.send(Frames.direct(EventType.CONNECT_CHALLENGE, challenge));
  }

  /** Turns a connection away that came while this instance sends its clients away. */
  public void turnAway(Connection connection) {
    ends.turnAway(connection, Outcome.DRAINING, CloseReason.SERVICE_RESTART);
  }

  /** Turns a connection away for which there is no room on this instance. */
  public void noRoom(Connection connection) {
    ends.turnAway(connection, Outcome.OVERLOADED, CloseReason.GATEWAY_BUSY);
  }

  /** Takes a message of a connection that is not through yet. */
  public void message(Connection connection, byte[] utf8) {
    if (connection.state() == Connection.State.AUTHENTICATING) {
      outOfTurn(connection, utf8);
      return;
    }
    switch (firstFrame.read(utf8)) {
      case FirstFrame.Reading.Unreadable(var close) -> {
        ends.ended(connection, Outcome.MALFORMED);
        connection.close(close);
      }
      case FirstFrame.Reading.Refused(String id, var failure) ->
          ends.refuse(connection, id, failure);
      case FirstFrame.Reading.Connect(String id, ConnectParams params) -> {
        connection.authenticating();
        gate.enter(
            connection,
            () -> connect(connection, id, params),
            () -> ends.refuse(connection, id, ends.overloaded("too many handshakes at once")));
      }
    }
  }

  /** Tells the observers that a connection they know is gone. */
  public void closed(Connection connection) {
    ends.closed(connection);
    entrance.closed(connection);
  }

  /** Two handshakes never run on one socket. Protocol 01a §1.4. */
  private void outOfTurn(Connection connection, byte[] utf8) {
    String id = Frames.echoId(Json.tryParse(utf8));
    ends.refuse(connection, id, HandshakeFailure.invalid(FirstFrame.NOT_CONNECT));
  }

  private void connect(Connection connection, String id, ConnectParams params) {
    HandshakePolicy current = policy.get();
    Locality locality = HandshakeEnds.locality(connection, current);
    HandshakeFailure foreign =
        OriginStep.check(params, current, connection.upgrade().headers(), locality);
    if (foreign != null) {
      ends.refuse(connection, id, foreign);
      return;
    }
    String nonce = ends.nonce(connection);
    IdentitySource.Shown shown = shown(connection, params, current);
    switch (deviceStep.check(params, current, locality, nonce)) {
      case DeviceStep.Result.Refused(var failure) -> ends.refuse(connection, id, failure);
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
                    ends.refuse(connection, id, HandshakeEnds.fault(connection, result.cause()));
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
      case AdmissionStep.Result.Refused(var failure) -> ends.refuse(connection, id, failure);
      case AdmissionStep.Result.Admitted admitted ->
          entrance.enter(connection, id, params, Callers.limited(caller, admitted), admitted);
    }
  }
}
