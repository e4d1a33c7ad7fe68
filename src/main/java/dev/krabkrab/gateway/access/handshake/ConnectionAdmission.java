package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.rpc.ConnectionObserver;
import dev.krabkrab.gateway.platform.rpc.EventSink;
import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The last part of a handshake: the connection is known to everybody who follows connections, and
 * gets its hello-ok. Protocol 01b §2.6. For one event loop.
 */
public final class ConnectionAdmission {
  private final HelloOk helloOk;
  private final Supplier<HandshakePolicy> policy;
  private final LocalConnections connections;
  private final List<ConnectionObserver> observers;
  private final int most;
  private final int mostPerDevice;
  private final HandshakeOutcomes outcomes;
  private final Set<Connection> greeted = new HashSet<>();
  private final InstantSource clock;

  /**
   * The connections of this instance, among which a new one has to find its place.
   *
   * @param most connections this instance may have
   * @param mostPerDevice connections one device may have on this instance
   */
  public record Places(LocalConnections connections, int most, int mostPerDevice) {}

  /**
   * @param facts what hello-ok tells of this server
   * @param policy what the gateway document says now
   */
  public ConnectionAdmission(
      ServerFacts facts,
      Supplier<HandshakePolicy> policy,
      Places places,
      List<ConnectionObserver> observers,
      HandshakeOutcomes outcomes,
      InstantSource clock) {
    this.helloOk = new HelloOk(facts);
    this.policy = policy;
    this.connections = places.connections();
    this.most = places.most();
    this.mostPerDevice = places.mostPerDevice();
    this.observers = List.copyOf(observers);
    this.outcomes = outcomes;
    this.clock = clock;
  }

  /**
   * Lets it in, unless it is gone, has lost its right meanwhile, or there is no room.
   *
   * @param id of the connect request
   */
  void enter(
      Connection connection,
      String id,
      ConnectParams params,
      Caller caller,
      AdmissionStep.Result.Admitted admitted) {
    // The socket may have closed during an asynchronous step; then nobody must learn of it.
    if (!connection.isOpen() || !connection.letIn(caller, admitted.generation())) {
      return;
    }
    // Only now: whoever withdraws a token from here on finds the caller by it.
    if (caller.credential() != null && !policy.get().standing().test(caller.credential())) {
      outcomes.refuse(connection, id, HandshakeFailure.WITHDRAWN);
      return;
    }
    if (connections.count() >= most) {
      // They all found room when they knocked.
      String message = "this instance has " + most + " connections; try again";
      outcomes.refuse(connection, id, outcomes.overloaded(message));
      return;
    }
    if (!connections.enter(connection, mostPerDevice)) {
      String message = "this device has " + mostPerDevice + " connections; close some of them";
      outcomes.refuse(connection, id, outcomes.overloaded(message));
      return;
    }
    greet(connection, id, params, caller, admitted);
  }

  private void greet(
      Connection connection,
      String id,
      ConnectParams params,
      Caller caller,
      AdmissionStep.Result.Admitted admitted) {
    List<Future<Void>> ready =
        observers.stream().map(observer -> observer.connecting(caller, params.raw())).toList();
    Future.join(ready)
        .onComplete(
            joined ->
                connection.execute(
                    () -> {
                      if (joined.failed()) {
                        outcomes.refuse(
                            connection, id, HandshakeOutcomes.fault(connection, joined.cause()));
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
    outcomes.finished(connection, Outcome.OK);
    greeted.add(connection);
    outcomes.log().connected(caller);
    connection.send(Frames.okParts(id, helloOk.build(caller, admitted)));
    EventSink sink = new SocketSink(connection);
    observers.forEach(observer -> observer.connected(caller, sink));
  }

  /** Tells the observers that a connection they know is gone. */
  void closed(Connection connection) {
    Caller caller = connection.caller();
    if (greeted.remove(connection) && caller != null) {
      outcomes.log().left(caller);
    }
    if (caller != null && connections.leave(connection)) {
      observers.forEach(observer -> observer.disconnected(caller));
    }
  }
}
