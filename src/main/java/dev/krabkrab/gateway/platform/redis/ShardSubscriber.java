package dev.krabkrab.gateway.platform.redis;

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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one channel of a Redis Cluster by sharded publish/subscribe, at the server that has its
 * slot, wherever that goes. {@code SPUBLISH} counts exactly who listens so, and its messages go to
 * that server alone. Messages arrive on the context it was created on, in the order they were sent.
 */
public final class ShardSubscriber {
  private static final Logger LOG = LoggerFactory.getLogger(ShardSubscriber.class);
  private static final long CHECK_EVERY_MS = 1_000;
  private static final String MOVED = "MOVED ";

  private final Vertx vertx;
  private final ContextInternal context;
  private final RedisConnector connector;
  private final String channel;
  private final Consumer<String> handler;
  private final Promise<Void> first;
  private final long timer;
  private final List<Runnable> listeners = new ArrayList<>();
  private final List<Runnable> lossListeners = new ArrayList<>();

  private @Nullable RedisConnection connection;
  private boolean pinged;
  private volatile boolean subscribed;

  private ShardSubscriber(
      Vertx vertx, RedisSettings settings, String channel, Consumer<String> handler) {
    this.vertx = vertx;
    this.context = ((VertxInternal) vertx).getOrCreateContext().unwrap();
    this.channel = channel;
    this.handler = handler;
    this.first = context.promise();
    this.connector =
        new RedisConnector(
            vertx,
            context,
            settings.singleNode().withMinReplicasAck(0),
            RandomGenerator.getDefault(),
            this::connected,
            this::disconnected);
    this.timer = context.setPeriodic(CHECK_EVERY_MS, again -> check());
    context.runOnContext(start -> connector.connect());
  }

  /**
   * Makes one and starts connecting.
   *
   * @param handler gets the messages
   */
  public static ShardSubscriber create(
      Vertx vertx, RedisSettings settings, String channel, Consumer<String> handler) {
    return new ShardSubscriber(vertx, settings, channel, handler);
  }

  /** Completes when the channel is followed for the first time. */
  public Future<Void> ready() {
    return first.future();
  }

  /** Whether the channel is followed now; safe from any thread. */
  public boolean subscribed() {
    return subscribed;
  }

  /** Calls {@code listener} each time the channel is followed again. */
  public void onResubscribed(Runnable listener) {
    context.execute(() -> listeners.add(listener));
  }

  /** Calls {@code listener} each time the channel is followed no longer. */
  public void onLost(Runnable listener) {
    context.execute(() -> lossListeners.add(listener));
  }

  /** Closes for good. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    Promise<Void> closed = context.promise();
    context.execute(() -> connector.close().onComplete(closed));
    return closed.future();
  }

  private void connected(RedisConnection made) {
    connection = made;
    pinged = false;
    made.handler(push -> context.execute(() -> pushed(made, push)));
    made.send(Request.cmd(Command.SSUBSCRIBE).arg(channel))
        .onFailure(
            refused -> context.execute(() -> refused(made, String.valueOf(refused.getMessage()))));
  }

  private void disconnected(Throwable cause) {
    connection = null;
    lost();
  }

  private void lost() {
    if (subscribed) {
      subscribed = false;
      List.copyOf(lossListeners).forEach(Runnable::run);
    }
  }

  private void pushed(RedisConnection from, @Nullable Response push) {
    pinged = false;
    if (from != connection || push == null || push.type() == ResponseType.SIMPLE) {
      return;
    }
    if (push.type() == ResponseType.ERROR || push.size() < 3) {
      refused(from, push.toString());
      return;
    }
    switch (push.get(0).toString()) {
      case "smessage" -> handler.accept(push.get(2).toString());
      case "ssubscribe" -> followed();
      // Its slot went to another server.
      case "sunsubscribe" -> refused(from, "the slot has moved");
      default -> LOG.debug("unexpected message of kind {}", push.get(0));
    }
  }

  private void followed() {
    subscribed = true;
    if (!first.tryComplete()) {
      List.copyOf(listeners).forEach(Runnable::run);
    }
  }

  private void refused(RedisConnection from, String problem) {
    int at = problem.indexOf(MOVED);
    if (at >= 0) {
      // "MOVED slot host:port"
      connector.next(problem.substring(problem.lastIndexOf(' ') + 1));
    }
    connector.lost(from, new RedisUnavailableException(problem));
  }

  /** A server that stopped says nothing, also when asked. */
  private void check() {
    RedisConnection current = connection;
    if (current == null) {
      return;
    }
    if (pinged) {
      connector.lost(current, new RedisUnavailableException("no answer to a ping"));
      return;
    }
    pinged = true;
    current
        .send(Request.cmd(Command.PING))
        .onSuccess(pong -> context.execute(() -> answered(current)));
  }

  private void answered(RedisConnection from) {
    if (from == connection) {
      pinged = false;
    }
  }
}
