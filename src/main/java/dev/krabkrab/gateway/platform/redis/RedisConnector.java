package dev.krabkrab.gateway.platform.redis;

import dev.krabkrab.gateway.platform.net.Backoff;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to Redis: connects, notices the end, and connects again after 30 ms to 1 s.
 * Every attempt has a client of its own, because closing the client is what really closes a socket
 * of the Vert.x Redis client. Confined to one event loop context.
 */
final class RedisConnector {

  private static final Logger LOG = LoggerFactory.getLogger(RedisConnector.class);
  private static final Backoff WAITS = new Backoff(30, 650);

  private final Vertx vertx;
  private final ContextInternal context;
  private final RedisSettings settings;
  private final Backoff.Attempts tries;
  private final Consumer<RedisConnection> onConnected;
  private final Consumer<Throwable> onDisconnected;
  private final @Nullable SentinelWatch sentinels;
  private final Runnable onSwitch = this::masterChanged;

  private @Nullable Redis client;
  private @Nullable RedisConnection connection;
  private int attempts;
  private @Nullable String next;
  private boolean reported;
  private boolean connectedBefore;
  private boolean closed;
  private volatile @Nullable Throwable problem;

  /** Both listeners are called on the context. */
  RedisConnector(
      Vertx vertx,
      ContextInternal context,
      RedisSettings settings,
      RandomGenerator random,
      Consumer<RedisConnection> onConnected,
      Consumer<Throwable> onDisconnected) {
    this.vertx = vertx;
    this.context = context;
    this.settings = settings;
    this.tries = WAITS.attempts(random);
    this.onConnected = onConnected;
    this.onDisconnected = onDisconnected;
    settings.metrics().opened();
    this.sentinels = isSentinel() ? SentinelWatch.of(vertx, settings) : null;
    if (sentinels != null) {
      sentinels.onSwitch(onSwitch);
    }
    // Connections that end because Vert.x ends are not to be made again.
    context.owner().addCloseHook(done -> close().onComplete(done));
  }

  /** Why there is no connection, for people. Any thread. */
  String problem() {
    Throwable cause = problem;
    return cause == null ? "no answer yet" : String.valueOf(cause.getMessage());
  }

  void connect() {
    if (closed) {
      return;
    }
    String distrust = settings.distrust();
    if (distrust != null) {
      LOG.warn("Redis is not connected: {}", distrust);
      problem = new RedisUnavailableException(distrust);
      vertx.setTimer(tries.nextMs(WAITS.longestMs()), timer -> connect());
      return;
    }
    Redis attempt = Redis.createClient(vertx, options());
    client = attempt;
    long limit =
        vertx.setTimer(
            Math.max(1, settings.commandTimeout().toMillis()),
            timer -> failed(attempt, new RedisUnavailableException("no answer to the greeting")));
    attempt
        .connect()
        .compose(made -> usable(made).map(made))
        .onComplete(
            result ->
                context.execute(
                    () -> {
                      vertx.cancelTimer(limit);
                      finished(attempt, result);
                    }));
  }

  /** Where the next attempt goes, once: {@code host:port}, as a server named it. */
  void next(String hostAndPort) {
    next = hostAndPort;
  }

  private RedisOptions options() {
    String named = next;
    next = null;
    return named == null ? settings.options(attempts++) : settings.at(named).options(0);
  }

  private boolean isSentinel() {
    return settings.mode() == RedisSettings.Mode.SENTINEL;
  }

  /**
   * PING refuses a server that still loads its data. A sentinel that is behind names a server that
   * is a replica by now: whoever subscribes there hears everything, and PUBLISH does not count it.
   */
  private Future<Void> usable(RedisConnection made) {
    Future<Void> loaded = made.send(Request.cmd(Command.PING)).mapEmpty();
    return isSentinel()
        ? loaded
            .compose(done -> made.send(Request.cmd(Command.HELLO)))
            .compose(RedisConnector::onlyMaster)
        : loaded;
  }

  private static Future<Void> onlyMaster(@Nullable Response hello) {
    return hello != null && "master".equals(Replies.text(hello.get("role")))
        ? Future.succeededFuture()
        : Future.failedFuture(new RedisUnavailableException("the server is not the master"));
  }

  private void masterChanged() {
    context.execute(
        () -> {
          RedisUnavailableException cause =
              new RedisUnavailableException("another server is the master");
          RedisConnection current = connection;
          Redis attempt = client;
          if (current != null) {
            lost(current, cause);
          } else if (attempt != null) {
            failed(attempt, cause);
          }
        });
  }

  private void finished(Redis attempt, AsyncResult<RedisConnection> result) {
    if (attempt != client) {
      return;
    }
    if (result.failed()) {
      failed(attempt, result.cause());
      return;
    }
    RedisConnection made = result.result();
    connection = made;
    if (attempts > 1) {
      LOG.info("Redis is connected");
    }
    reported = false;
    problem = null;
    tries.serving();
    settings.metrics().connected(connectedBefore);
    connectedBefore = true;
    made.endHandler(end -> lost(made, new RedisUnavailableException("Redis closed the connection")))
        .exceptionHandler(failure -> lost(made, failure));
    onConnected.accept(made);
  }

  /** Drops {@code broken} if it is still the current connection, and connects again. */
  void lost(RedisConnection broken, Throwable cause) {
    if (broken != connection || client == null) {
      return;
    }
    connection = null;
    settings.metrics().disconnected();
    Redis old = client;
    onDisconnected.accept(cause);
    failed(old, cause);
  }

  private void failed(Redis attempt, Throwable cause) {
    if (attempt != client) {
      return;
    }
    client = null;
    problem = cause;
    attempt.close().onFailure(failure -> LOG.debug("closing a Redis client failed", failure));
    if (closed) {
      return;
    }
    // To be sent to another server is no fault of this one.
    boolean first = !reported && next == null;
    reported |= first;
    vertx.setTimer(tries.nextMs(), timer -> again(first ? cause : null));
  }

  /** When all goes down together, the connection may end before this is told to close. */
  private void again(@Nullable Throwable cause) {
    if (cause != null && !closed) {
      LOG.warn("Redis is not connected: {} ({})", cause.toString(), settings);
    }
    connect();
  }

  Future<Void> close() {
    if (!closed) {
      closed = true;
      if (connection != null) {
        settings.metrics().disconnected();
      }
      settings.metrics().closed();
      if (sentinels != null) {
        sentinels.remove(onSwitch);
      }
    }
    connection = null;
    Redis old = client;
    client = null;
    return old == null ? Future.succeededFuture() : old.close();
  }
}
