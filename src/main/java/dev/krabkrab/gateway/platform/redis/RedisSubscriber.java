package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pub/sub connection of one instance. After a reconnect it waits a random 0 to 250 ms, so that
 * a fleet does not arrive at once, follows its channels again and says so: what was published in
 * between is lost, and listeners read the truth again. Messages arrive on the context it was
 * created on, in the order Redis sent them.
 */
public final class RedisSubscriber {

  private static final Logger LOG = LoggerFactory.getLogger(RedisSubscriber.class);
  private static final int JITTER_MS = 250;
  private static final int CHANNELS_PER_COMMAND = 256;

  private final Vertx vertx;
  private final RedisLink link;
  private final RandomGenerator random;
  private final Map<String, Promise<Void>> channels = new HashMap<>();
  private final Deque<Promise<Void>> joining = new ArrayDeque<>();
  private final Deque<Promise<Void>> leaving = new ArrayDeque<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private final List<Runnable> lossListeners = new ArrayList<>();

  private BiConsumer<String, String> handler = (channel, message) -> {};
  private State state = State.DISCONNECTED;
  private volatile boolean subscribed;
  private boolean connectedBefore;
  private boolean resubscribing;

  private enum State {
    DISCONNECTED,
    WAITING,
    CATCHING_UP,
    STEADY
  }

  private RedisSubscriber(Vertx vertx, RedisSettings settings, RandomGenerator random) {
    this.vertx = vertx;
    this.random = random;
    this.link = RedisLink.create(vertx, settings.singleNode().withMinReplicasAck(0), random);
    link.pushHandler(this::pushed);
    link.onDisconnected(this::disconnected);
    link.onConnected(this::connected);
  }

  /** Makes a subscriber and starts connecting. */
  public static RedisSubscriber create(Vertx vertx, RedisSettings settings) {
    return create(vertx, settings, RandomGenerator.getDefault());
  }

  /** The same with the source of its random waits. */
  public static RedisSubscriber create(
      Vertx vertx, RedisSettings settings, RandomGenerator random) {
    return new RedisSubscriber(vertx, settings, random);
  }

  /** Who gets channel and message; set it before the first {@link #subscribe}. */
  public void handler(BiConsumer<String, String> channelAndMessage) {
    link.context().execute(() -> handler = channelAndMessage);
  }

  /**
   * Follows a channel from now on, across reconnects. Following it twice is the same as once.
   *
   * @return completes when Redis confirmed it; an outage only delays that. Fails when closed or
   *     unsubscribed before
   */
  public Future<Void> subscribe(String channel) {
    return link.onContext(
        () -> {
          Promise<Void> known = channels.get(channel);
          if (known != null) {
            return known.future();
          }
          Promise<Void> confirmed = Promise.promise();
          channels.put(channel, confirmed);
          if (state == State.CATCHING_UP || state == State.STEADY) {
            join(List.of(channel));
          }
          return confirmed.future();
        });
  }

  /** Stops following a channel. Completes when Redis confirmed it or the connection is gone. */
  public Future<Void> unsubscribe(String channel) {
    return link.onContext(
        () -> {
          Promise<Void> known = channels.remove(channel);
          if (known == null) {
            return Future.succeededFuture();
          }
          known.tryFail(new RedisUnavailableException("unsubscribed"));
          if (state != State.CATCHING_UP && state != State.STEADY) {
            return Future.succeededFuture();
          }
          Promise<Void> confirmed = Promise.promise();
          leaving.add(confirmed);
          transmit(Request.cmd(Command.UNSUBSCRIBE).arg(channel));
          return confirmed.future();
        });
  }

  /** Whether every channel asked for is being followed now. */
  public boolean subscribed() {
    return subscribed;
  }

  /** Calls {@code listener} each time the channels are followed again after an outage. */
  public void onResubscribed(Runnable listener) {
    link.context().execute(() -> listeners.add(listener));
  }

  /** Calls {@code listener} each time channels that were followed are so no longer. */
  public void onLost(Runnable listener) {
    link.context().execute(() -> lossListeners.add(listener));
  }

  /** Closes for good. */
  public Future<Void> close() {
    return link.onContext(
        () -> {
          disconnected();
          channels
              .values()
              .forEach(p -> p.tryFail(new RedisUnavailableException("the subscriber is closed")));
          channels.clear();
          return link.close();
        });
  }

  private void connected() {
    resubscribing = connectedBefore;
    connectedBefore = true;
    state = State.WAITING;
    if (!resubscribing) {
      catchUp();
      return;
    }
    Object connection = link.connection();
    vertx.setTimer(
        1L + random.nextInt(JITTER_MS),
        timer -> {
          if (connection == link.connection() && state == State.WAITING) {
            catchUp();
          }
        });
  }

  private void catchUp() {
    state = State.CATCHING_UP;
    List<String> all = List.copyOf(channels.keySet());
    for (int i = 0; i < all.size(); i += CHANNELS_PER_COMMAND) {
      join(all.subList(i, Math.min(all.size(), i + CHANNELS_PER_COMMAND)));
    }
    settle();
  }

  private void join(List<String> names) {
    Request request = Request.cmd(Command.SUBSCRIBE);
    for (String name : names) {
      request.arg(name);
      Promise<Void> joined = channels.get(name);
      if (joined != null) {
        joining.add(joined);
      }
    }
    subscribed = false;
    transmit(request);
  }

  private void transmit(Request request) {
    // A failure here means that the connection is gone or stuck: start over with a new one.
    link.send(request)
        .onFailure(f -> link.reconnect(new RedisUnavailableException("cannot subscribe", f)));
  }

  private void disconnected() {
    boolean followed = state == State.STEADY && !channels.isEmpty();
    state = State.DISCONNECTED;
    subscribed = false;
    if (followed) {
      List.copyOf(lossListeners).forEach(Runnable::run);
    }
    joining.clear();
    List<Promise<Void>> left = List.copyOf(leaving);
    leaving.clear();
    left.forEach(Promise::tryComplete);
  }

  private void settle() {
    if (!joining.isEmpty()) {
      return;
    }
    subscribed = true;
    if (state == State.CATCHING_UP) {
      state = State.STEADY;
      if (resubscribing) {
        List.copyOf(listeners).forEach(Runnable::run);
      }
    }
  }

  private void pushed(@Nullable Response push) {
    if (push != null && push.type() == ResponseType.SIMPLE) {
      // The answer to a ping that the client counted as already answered by a message.
      return;
    }
    if (push == null || push.type() == ResponseType.ERROR || push.size() < 3) {
      LOG.warn("Redis refused a subscription: {}", push);
      link.reconnect(new RedisUnavailableException("Redis refused a subscription"));
      return;
    }
    switch (push.get(0).toString()) {
      case "message" -> handler.accept(push.get(1).toString(), push.get(2).toString());
      case "subscribe" -> confirm(joining.poll());
      case "unsubscribe" -> confirm(leaving.poll());
      default -> LOG.debug("unexpected message of kind {}", push.get(0));
    }
  }

  private void confirm(@Nullable Promise<Void> waiting) {
    settle();
    if (waiting != null) {
      waiting.tryComplete();
    }
  }
}
