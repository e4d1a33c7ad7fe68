package dev.krabkrab.gateway.agent.sessions;

import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import dev.krabkrab.gateway.platform.transport.Subscriptions;
import io.vertx.core.Future;
import java.util.function.Predicate;

/** Lets the connections of this instance follow sessions. */
public final class ConnectionSubscriptions implements SessionSubscriptions {
  private final LocalConnections connections;

  public ConnectionSubscriptions(LocalConnections connections) {
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
  private Future<Boolean> change(String connId, Predicate<Subscriptions> change) {
    Connection connection = connections.find(connId);
    return connection == null
        ? Future.succeededFuture(true)
        : Future.future(
            done ->
                connection.execute(() -> done.complete(change.test(connection.subscriptions()))));
  }
}
