package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.schema.Schemas;
import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.UpgradeInfo;
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
  private final HandshakeOutcomes outcomes;
  private final ConnectionAdmission entrance;
  private final Ids ids;
  private final InstantSource clock;

  /**
   * The steps that are made outside this package.
   *
   * @param schemas the first frame is checked against
   * @param admission decides who is let in
   * @param entrance lets it in
   */
  public record Steps(Schemas schemas, AdmissionStep admission, ConnectionAdmission entrance) {}

  /**
   * @param policy what the gateway document says now
   */
  public Handshake(
      Steps steps,
      Supplier<HandshakePolicy> policy,
      HandshakeGate gate,
      HandshakeOutcomes outcomes,
      Ids ids,
      InstantSource clock) {
    this.firstFrame = new FirstFrame(steps.schemas());
    this.deviceStep = new DeviceStep(clock);
    this.admissionStep = steps.admission();
    this.entrance = steps.entrance();
    this.policy = policy;
    this.gate = gate;
    this.outcomes = outcomes;
    this.ids = ids;
    this.clock = clock;
  }

  /** Sends the challenge. Protocol 01b §2.1. */
  public void opened(Connection connection) {
    String nonce = ids.uuid();
    outcomes.began(connection, nonce);
    JsonText challenge = JsonText.of(Json.object().put("nonce", nonce).put("ts", clock.millis()));
    connection.send(Frames.direct(EventType.CONNECT_CHALLENGE, challenge));
  }

  /** Turns a connection away that came while this instance sends its clients away. */
  public void turnAway(Connection connection) {
    outcomes.turnAway(connection, Outcome.DRAINING, CloseReason.SERVICE_RESTART);
  }

  /** Turns a connection away for which there is no room on this instance. */
  public void noRoom(Connection connection) {
    outcomes.turnAway(connection, Outcome.OVERLOADED, CloseReason.GATEWAY_BUSY);
  }

  /** Takes a message of a connection that is not through yet. */
  public void message(Connection connection, byte[] utf8) {
    if (connection.state() == Connection.State.AUTHENTICATING) {
      outOfTurn(connection, utf8);
      return;
    }
    switch (firstFrame.read(utf8)) {
      case FirstFrame.Reading.Unreadable(var close) -> outcomes.malformed(connection, close);
      case FirstFrame.Reading.Refused(String id, var failure) ->
          outcomes.refuse(connection, id, failure);
      case FirstFrame.Reading.Connect(String id, ConnectParams params) -> {
        connection.authenticating();
        gate.enter(
            connection,
            () -> connect(connection, id, params),
            () ->
                outcomes.refuse(
                    connection, id, outcomes.overloaded("too many handshakes at once")));
      }
    }
  }

  /** Tells the observers that a connection they know is gone. */
  public void closed(Connection connection) {
    outcomes.closed(connection);
    entrance.closed(connection);
  }

  /** Two handshakes never run on one socket. Protocol 01a §1.4. */
  private void outOfTurn(Connection connection, byte[] utf8) {
    String id = Frames.echoId(Json.tryParse(utf8));
    outcomes.refuse(connection, id, HandshakeFailure.invalid(FirstFrame.NOT_CONNECT));
  }

  private void connect(Connection connection, String id, ConnectParams params) {
    HandshakePolicy current = policy.get();
    Locality locality = HandshakeOutcomes.locality(connection, current);
    IdentitySource.Shown shown = shown(connection, params, current);
    HandshakeFailure foreign =
        OriginStep.check(params, current, shown.headers(), locality, shown.fromTrustedProxy());
    if (foreign != null) {
      outcomes.refuse(connection, id, foreign);
      return;
    }
    String nonce = outcomes.nonce(connection);
    switch (deviceStep.check(params, current, locality, nonce)) {
      case DeviceStep.Result.Refused(var failure) -> outcomes.refuse(connection, id, failure);
      case DeviceStep.Result.NoDevice() -> {
        ConnectParams granted = params.withScopes(DeviceStep.scopesWithoutDevice(params, locality));
        Caller caller = CallerFactory.of(connection, granted, locality, null, clock.millis());
        admit(
            connection,
            id,
            granted,
            caller,
            admissionStep.withoutDevice(granted, current, locality, shown));
      }
      case DeviceStep.Result.Verified device -> {
        Caller caller =
            CallerFactory.of(connection, params, locality, device.deviceId(), clock.millis());
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
                    outcomes.refuse(
                        connection, id, HandshakeOutcomes.fault(connection, result.cause()));
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
      case AdmissionStep.Result.Refused(var failure) -> outcomes.refuse(connection, id, failure);
      case AdmissionStep.Result.Admitted admitted ->
          entrance.enter(connection, id, params, CallerFactory.limited(caller, admitted), admitted);
    }
  }
}
