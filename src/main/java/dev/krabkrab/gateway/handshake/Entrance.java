package dev.krabkrab.gateway.handshake;

import dev.krabkrab.gateway.auth.Credential;
import dev.krabkrab.gateway.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.CloseReason;
import dev.krabkrab.gateway.protocol.Frames;
import dev.krabkrab.gateway.rpc.ConnectionObserver;
import dev.krabkrab.gateway.rpc.EventSink;
import dev.krabkrab.gateway.transport.Connection;
import dev.krabkrab.gateway.transport.LocalConnections;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * The last part of a handshake: the connection is known to everybody who follows connections, and
 * gets its hello-ok. Protocol 01b §2.6. For one event loop.
 */
public final class Entrance {
  private final HelloOk helloOk;
  private final Supplier<HandshakePolicy> policy;
  private final LocalConnections connections;
  private final List<ConnectionObserver> observers;
  private final int mostPerDevice;
  private final HandshakeEnds ends;
  private final InstantSource clock;

  /**
   * @param facts what hello-ok tells of this server
   * @param policy what the gateway document says now
   * @param mostPerDevice connections one device may have on this instance
   */
  public Entrance(
      ServerFacts facts,
      Supplier<HandshakePolicy> policy,
      LocalConnections connections,
      List<ConnectionObserver> observers,
      int mostPerDevice,
      HandshakeEnds ends,
      InstantSource clock) {
    this.helloOk = new HelloOk(facts);
    this.policy = policy;
    this.connections = connections;
    this.observers = List.copyOf(observers);
    this.mostPerDevice = mostPerDevice;
    this.ends = ends;
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
    if (!connection.isOpen()) {
      return;
    }
    if (!connection.letIn(caller, admitted.generation())) {
      return;
    }
    // Only now: whoever withdraws a token from here on finds the caller by it.
    if (caller.credential() != null && !policy.get().standing().test(caller.credential())) {
      ends.refuse(connection, id, HandshakeFailure.WITHDRAWN);
      return;
    }
    if (!connections.enter(connection, mostPerDevice)) {
      String message = "this device has " + mostPerDevice + " connections; close some of them";
      ends.refuse(connection, id, ends.overloaded(message));
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
                        ends.refuse(
                            connection, id, HandshakeEnds.fault(connection, joined.cause()));
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
    ends.ended(connection, Outcome.OK);
    HandshakeLog.connected(caller);
    connection.send(Frames.okParts(id, helloOk.build(caller, admitted)));
    EventSink sink = new SocketSink(connection);
    observers.forEach(observer -> observer.connected(caller, sink));
  }

  /** Tells the observers that a connection they know is gone. */
  void closed(Connection connection) {
    Caller caller = connection.caller();
    if (caller != null && connections.leave(connection)) {
      observers.forEach(observer -> observer.disconnected(caller));
    }
  }
}
