package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.sessions.Following;
import dev.krabkrab.gateway.transport.Connection;
import dev.krabkrab.gateway.transport.Followed;
import dev.krabkrab.gateway.transport.LocalConnections;
import io.vertx.core.Future;
import java.util.function.Predicate;

/** Lets the connections of this instance follow sessions. */
final class ConnectionFollowing implements Following {
  private final LocalConnections connections;

  ConnectionFollowing(LocalConnections connections) {
    this.connections = connections;
  }

  @Override
  public Future<Void> changes(String connId) {
    return change(
            connId,
            followed -> {
              followed.sessions();
              return true;
            })
        .mapEmpty();
  }

  @Override
  public Future<Boolean> messages(String connId, String sessionKey, boolean on) {
    return change(connId, followed -> followed.messages(sessionKey, on, MOST_SESSIONS));
  }

  /** On the socket's own loop; a connection that is gone follows nothing. */
  private Future<Boolean> change(String connId, Predicate<Followed> change) {
    Connection connection = connections.find(connId);
    return connection == null
        ? Future.succeededFuture(true)
        : Future.future(
            done -> connection.execute(() -> done.complete(change.test(connection.followed()))));
  }
}
