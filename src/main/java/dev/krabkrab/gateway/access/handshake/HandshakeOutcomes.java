package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.HostClaims;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.rpc.Failures;
import dev.krabkrab.gateway.platform.rpc.Refusals;
import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.LoopConnections;
import dev.krabkrab.gateway.platform.transport.UpgradeInfo;
import io.vertx.core.MultiMap;
import java.time.InstantSource;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/**
 * How handshakes end: each is counted once, logged, and answered with the reason. For one event
 * loop.
 */
public final class HandshakeOutcomes {
  private final Supplier<HandshakePolicy> policy;
  private final HandshakeGate gate;
  private final HandshakeMetrics metrics;
  private final Refusals refusals;
  private final HandshakeLog log;
  private final InstantSource clock;
  private final Map<Connection, String> going = new WeakHashMap<>();

  /**
   * @param policy what the gateway document says now
   * @param refusals is notified of who was refused
   * @param log of all event loops
   */
  public HandshakeOutcomes(
      Supplier<HandshakePolicy> policy,
      HandshakeGate gate,
      HandshakeMetrics metrics,
      Refusals refusals,
      HandshakeLog log,
      InstantSource clock) {
    this.policy = policy;
    this.gate = gate;
    this.metrics = metrics;
    this.refusals = refusals;
    this.log = log;
    this.clock = clock;
  }

  HandshakeLog log() {
    return log;
  }

  /**
   * A handshake begins.
   *
   * @param nonce of its challenge
   */
  void began(Connection connection, String nonce) {
    going.put(connection, nonce);
    metrics.began();
  }

  /** The nonce of a handshake that is not over; empty afterwards. */
  String nonce(Connection connection) {
    return going.getOrDefault(connection, "");
  }

  /** Closes a connection that is not even challenged. */
  void turnAway(Connection connection, Outcome outcome, CloseReason reason) {
    metrics.began();
    metrics.finished(outcome, 0);
    logRefusal(connection, outcome, reason.reason());
    connection.close(reason);
  }

  /** The connection is gone, perhaps in the middle of its handshake. */
  void closed(Connection connection) {
    long openMs = clock.millis() - connection.openedAtMs();
    boolean late = openMs >= LoopConnections.HANDSHAKE_TIMEOUT_MS;
    finished(connection, late ? Outcome.TIMEOUT : Outcome.ABANDONED);
    HandshakeLog.closed(connection);
  }

  /** Too much at once; says when to come back. */
  HandshakeFailure overloaded(String message) {
    return HandshakeFailure.overloaded(message, gate.retryAfterMs());
  }

  /** Fails closed: without state nobody gets in, and everybody may come back. */
  static HandshakeFailure fault(Connection connection, Throwable cause) {
    ErrorShape error = Failures.toError("connect", cause, connection.id(), connection.caller());
    return Boolean.TRUE.equals(error.retryable())
        ? HandshakeFailure.comeBack(error)
        : HandshakeFailure.of(Outcome.FAILED, error);
  }

  /** Counts the end of a handshake, the first time only. */
  void finished(Connection connection, Outcome outcome) {
    if (going.remove(connection) != null) {
      metrics.finished(outcome, clock.millis() - connection.openedAtMs());
    }
    gate.leave(connection);
  }

  /** Closes a connection whose first message was none that can be answered. */
  void malformed(Connection connection, CloseReason close) {
    finished(connection, Outcome.MALFORMED);
    String why = close.reason().isEmpty() ? "no connect request came" : close.reason();
    logRefusal(connection, Outcome.MALFORMED, why);
    connection.close(close);
  }

  private void logRefusal(Connection connection, Outcome outcome, String why) {
    log.refused(connection, outcome, locality(connection, policy.get()).subject(), why);
  }

  /** Answers with the reason, and closes. */
  void refuse(Connection connection, String id, HandshakeFailure failure) {
    finished(connection, failure.outcome());
    logRefusal(connection, failure.outcome(), failure.error().message());
    if (failure.outcome().isRefusal()) {
      Locality client = locality(connection, policy.get());
      refusals.connect(client.subject(), connection.caller(), failure.outcome().label());
    }
    connection.send(Frames.error(id, failure.error()));
    connection.close(failure.close());
  }

  static Locality locality(Connection connection, HandshakePolicy policy) {
    UpgradeInfo upgrade = connection.upgrade();
    MultiMap headers = HostClaims.in(upgrade.headers(), upgrade.target(), null);
    return Locality.of(upgrade.peer(), headers, policy.locality());
  }
}
