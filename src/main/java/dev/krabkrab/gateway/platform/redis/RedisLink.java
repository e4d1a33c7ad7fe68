package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One pipelined connection to Redis that heals itself. Made for the event loop context it was
 * created on, where it costs least and futures complete; from elsewhere it may be used too, and
 * then completes on the caller's context. Every command ends within the command timeout.
 */
public final class RedisLink {

  private static final String FULL = "too many Redis commands are outstanding";

  private final Vertx vertx;
  private final ContextInternal context;
  private final RedisSettings settings;
  private final RedisMetrics metrics;
  private final RedisConnector connector;
  private final PendingCommands outstanding;
  private final @Nullable DurableWrites durable;
  private final Promise<RedisLink> ready = Promise.promise();
  private final List<Runnable> connectedListeners = new ArrayList<>();
  private final List<Runnable> disconnectedListeners = new ArrayList<>();
  private final SentScripts scripts = new SentScripts();
  private final Silence silence = new Silence();
  private final long watch;

  private volatile @Nullable RedisConnection connection;
  private Consumer<Response> pushHandler = push -> {};
  private int unanswered;
  private long lastCheckNanos = System.nanoTime();

  private RedisLink(
      Vertx vertx, ContextInternal context, RedisSettings settings, RandomGenerator r) {
    this.vertx = vertx;
    this.context = context;
    this.settings = settings;
    this.metrics = settings.metrics();
    this.outstanding = new PendingCommands(settings.commandTimeout().toMillis(), metrics::late);
    this.durable =
        settings.minReplicasAck() == 0
            ? null
            : new DurableWrites(
                new RedisLink(vertx, context, settings.withMinReplicasAck(0), r), settings);
    this.connector =
        new RedisConnector(vertx, context, settings, r, this::connected, this::disconnected);
    this.watch = context.setPeriodic(PendingCommands.PERIOD_MS, timer -> check());
    context.runOnContext(start -> connector.connect());
  }

  /** Makes a link and starts connecting; see {@link #ready}. */
  public static RedisLink create(Vertx vertx, RedisSettings settings) {
    return create(vertx, settings, RandomGenerator.getDefault());
  }

  /** The same with the source of the jitter between connection attempts. */
  public static RedisLink create(Vertx vertx, RedisSettings settings, RandomGenerator random) {
    VertxInternal internal = (VertxInternal) vertx;
    ContextInternal current = internal.getOrCreateContext().unwrap();
    ContextInternal loop =
        current.isEventLoopContext() ? current : internal.createEventLoopContext();
    RedisLink link = new RedisLink(vertx, loop, settings, random);
    // It goes down with its verticle, before the event loop does: nothing reconnects meanwhile.
    loop.closeFuture().add(done -> link.close().onComplete(done));
    return link;
  }

  /** Completes when first connected; fails only when closed before that. */
  public Future<RedisLink> ready() {
    return ready.future();
  }

  /** Whether commands would be sent now. */
  public boolean connected() {
    return connection != null;
  }

  /** What this link was made with. */
  public RedisSettings settings() {
    return settings;
  }

  /**
   * Sends one command behind those sent before.
   *
   * @return the answer; fails with {@link RedisUnavailableException} when not connected, when 16384
   *     commands are outstanding, or when no answer comes in time, and with the client's {@code
   *     ErrorType} when Redis answers an error
   */
  public Future<Response> send(Request request) {
    return onContext(() -> dispatch(request, null));
  }

  /**
   * Runs a script. Each connection's first run of it carries the text, later ones the hash, so that
   * commands keep the order they were given in; should Redis have forgotten the script, it is sent
   * again with its text.
   *
   * @return as {@link #send}
   */
  public Future<Response> run(LuaScript script, List<String> keys, List<String> args) {
    return onContext(
        () -> {
          Supplier<Request> whole = () -> SentScripts.byText(script, keys, args);
          return connected() && !scripts.first(script)
              ? dispatch(SentScripts.byHash(script, keys, args), whole)
              : dispatch(whole.get(), null);
        });
  }

  /**
   * Runs a script whose effect must survive a fail-over: completes only after {@code
   * minReplicasAck} replicas have it, on a connection of its own.
   *
   * @return as {@link #run}; fails with {@link RedisUnavailableException} when it was not
   *     acknowledged in time, although it may have taken effect
   */
  public Future<Response> runDurable(LuaScript script, List<String> keys, List<String> args) {
    return durable == null
        ? run(script, keys, args)
        : onContext(() -> durable.run(script, keys, args));
  }

  /** Calls {@code listener} after each connect, at once when connected already. */
  public void onConnected(Runnable listener) {
    context.execute(
        () -> {
          connectedListeners.add(listener);
          if (connected()) {
            listener.run();
          }
        });
  }

  /** Calls {@code listener} after each loss of the connection, when its commands have failed. */
  public void onDisconnected(Runnable listener) {
    context.execute(() -> disconnectedListeners.add(listener));
  }

  /** Closes for good; outstanding commands fail. */
  public Future<Void> close() {
    return onContext(
        () -> {
          vertx.cancelTimer(watch);
          connection = null;
          RedisUnavailableException cause = new RedisUnavailableException("the link is closed");
          outstanding.failAll(cause);
          ready.tryFail(cause);
          Future<Void> closed = connector.close();
          return durable == null ? closed : closed.eventually(durable::close);
        });
  }

  /** Where answers without a question go. Set it before the first connect. */
  void pushHandler(Consumer<Response> handler) {
    pushHandler = handler;
  }

  ContextInternal context() {
    return context;
  }

  /** The current connection, to compare with a later one. */
  @Nullable RedisConnection connection() {
    return connection;
  }

  /** Gives up the connection, to make another one. */
  void reconnect(RedisUnavailableException cause) {
    RedisConnection current = connection;
    if (current != null) {
      connector.lost(current, cause);
    }
  }

  <T> Future<T> onContext(Supplier<Future<T>> action) {
    if (context.inThread()) {
      return action.get();
    }
    Promise<T> promise = ((VertxInternal) vertx).promise();
    context.execute(() -> action.get().onComplete(promise));
    return promise.future();
  }

  private Future<Response> dispatch(Request request, @Nullable Supplier<Request> withoutScript) {
    RedisConnection current = connection;
    if (current == null) {
      return Future.failedFuture(new RedisUnavailableException("Redis is not connected"));
    }
    if (unanswered >= RedisSettings.MAX_WAITING) {
      return Future.failedFuture(new RedisUnavailableException(FULL));
    }
    PendingCommands.Entry entry = outstanding.add(withoutScript);
    transmit(current, request, entry);
    return entry.promise().future();
  }

  private void transmit(RedisConnection current, Request request, PendingCommands.Entry entry) {
    countUnanswered(1);
    entry.sentAt = metrics.now();
    current.send(request).onComplete(result -> answered(current, entry, result));
  }

  private void answered(
      RedisConnection from, PendingCommands.Entry entry, AsyncResult<Response> result) {
    if (from != connection) {
      return;
    }
    countUnanswered(-1);
    metrics.answered(entry.sentAt);
    silence.broken();
    if (result.succeeded()) {
      entry.promise().tryComplete(result.result());
    } else {
      failed(from, entry, result.cause());
    }
    outstanding.trim();
  }

  private void failed(RedisConnection from, PendingCommands.Entry entry, Throwable cause) {
    Supplier<Request> replacement = entry.takeReplacement();
    if (replacement != null && cause instanceof ErrorType error && error.is("NOSCRIPT")) {
      transmit(from, replacement.get(), entry);
      return;
    }
    entry.promise().tryFail(Failures.counted(cause, metrics));
    if (Failures.meansWrongServer(cause)) {
      connector.lost(from, cause);
    }
  }

  private void connected(RedisConnection made) {
    silence.restart();
    scripts.clear();
    made.handler(this::pushed);
    FlushCoalescer.install(made);
    connection = made;
    ready.tryComplete(this);
    List.copyOf(connectedListeners).forEach(Runnable::run);
  }

  /**
   * A message that overtakes the answer to a ping takes the ping's place in the client's queue; the
   * answer then arrives here.
   */
  private void pushed(@Nullable Response push) {
    silence.broken();
    if (push != null && push.type() == ResponseType.SIMPLE && unanswered > 0) {
      countUnanswered(-1);
    }
    pushHandler.accept(push);
  }

  private void countUnanswered(int change) {
    unanswered += change;
    metrics.outstanding(change);
  }

  private void disconnected(Throwable cause) {
    connection = null;
    countUnanswered(-unanswered);
    outstanding.failAll(new RedisUnavailableException("the connection to Redis was lost", cause));
    List.copyOf(disconnectedListeners).forEach(Runnable::run);
  }

  /** Fails late commands, and gives up a connection that stays silent although it was asked. */
  private void check() {
    long now = System.nanoTime();
    long counted = outstanding.advance(TimeUnit.NANOSECONDS.toMillis(now - lastCheckNanos));
    lastCheckNanos = now;
    long silentMillis = silence.advance(counted);
    long timeout = settings.commandTimeout().toMillis();
    if (connection == null) {
      return;
    }
    if (silentMillis >= 3 * timeout) {
      reconnect(new RedisUnavailableException("Redis is silent"));
    } else if (unanswered == 0 && silentMillis >= timeout) {
      dispatch(Request.cmd(Command.PING), null);
    }
  }
}
