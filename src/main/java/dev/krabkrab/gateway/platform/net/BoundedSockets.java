package dev.krabkrab.gateway.platform.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

/** A client of WebSockets with bounds: a time to connect, a size of what comes. For any thread. */
public final class BoundedSockets {
  private final Egress egress;
  private final int connectMs;
  private final WebSocketClient client;

  /**
   * @param egress the way out
   * @param options all but the time to connect
   * @param connectMs longest time to connect
   */
  public BoundedSockets(Vertx vertx, Egress egress, WebSocketClientOptions options, int connectMs) {
    this.egress = egress;
    this.connectMs = connectMs;
    this.client =
        vertx.createWebSocketClient(options.setConnectTimeout(connectMs).setVerifyHost(true));
  }

  /**
   * Opens a socket.
   *
   * @param url absolute, of ws or wss
   * @return fails with {@link IllegalArgumentException} for another address, with {@link
   *     ProxyFailure} when the server cannot be reached through a proxy, and otherwise when it
   *     cannot be reached
   */
  public Future<WebSocket> open(String url) {
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    return BoundedHttp.addressed(options, url).compose(to -> open(options));
  }

  private Future<WebSocket> open(WebSocketConnectOptions options) {
    HttpProxy proxy = egress.of(options);
    if (proxy == null) {
      return client.connect(options);
    }
    options.setProxyOptions(proxy.options(connectMs));
    return client
        .connect(options)
        .recover(failed -> Future.failedFuture(ProxyFailure.of(proxy, failed)));
  }

  /** Ends what is open. */
  public void close() {
    client.close();
  }
}
