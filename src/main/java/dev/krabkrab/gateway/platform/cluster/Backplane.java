package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.telemetry.Trace;
import dev.krabkrab.gateway.platform.telemetry.Traces;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation with the other instances, over Redis publish/subscribe. Delivery is at most
 * once: write to Redis first, publish after, and read again whenever {@link #onResync} says so.
 * Safe from any thread; handlers run on the context they were registered from.
 */
public final class Backplane {
  private static final Logger LOG = LoggerFactory.getLogger(Backplane.class);

  /** Larger bodies travel by claim check, in characters. */
  private static final int MAX_INLINE = 256 * 1024;

  private static final String CLAIM = "claim ";

  private final Vertx vertx;
  private final Context context;
  private final String instance;
  private final String ownHead;
  private final BackplaneStore store;
  private final Inbox inbox;
  private final Ids ids;
  private final List<Subscription<?>> subscriptions = new CopyOnWriteArrayList<>();
  private final List<Runnable> resyncs = new CopyOnWriteArrayList<>();
  private final Requests requests = new Requests();
  private @Nullable LatencyProbe echo;
  private volatile Traces traces = Traces.OFF;

  private record Subscription<T extends ClusterMessage>(
      Class<T> type, Context context, Consumer<Received<T>> handler) {}

  private Backplane(Vertx vertx, String instance, RedisLink link, Ids ids) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.instance = instance;
    this.store = new BackplaneStore(link);
    this.ownHead = Envelope.head(instance);
    this.ids = ids;
    this.inbox = new Inbox(vertx, link.settings(), store, instance, this::arrived);
  }

  /** Joins the conversation; the calling context becomes the backplane's own. */
  public static Future<Backplane> join(
      Vertx vertx, String instance, RedisSettings settings, Ids ids) {
    RedisLink link = RedisLink.create(vertx, settings);
    Backplane backplane = new Backplane(vertx, instance, link, ids);
    backplane.inbox.onResubscribed(backplane::resync);
    return link.ready().compose(ready -> backplane.inbox.open()).map(done -> backplane);
  }

  public String instance() {
    return instance;
  }

  BackplaneStore store() {
    return store;
  }

  /** Whether commands to Redis would be sent at the moment. */
  public boolean connected() {
    return store.connected();
  }

  /** Whether messages of others reach this instance at the moment. */
  public boolean subscribed() {
    return inbox.isFollowed();
  }

  /** Registers a handler for one kind of message, on the calling context. */
  public <T extends ClusterMessage> void on(Class<T> type, Consumer<Received<T>> handler) {
    subscriptions.add(new Subscription<>(type, vertx.getOrCreateContext(), handler));
  }

  /** Registers what has to read its state again after messages may have been lost. */
  public void onResync(Runnable reread) {
    Context home = vertx.getOrCreateContext();
    resyncs.add(() -> home.runOnContext(ignored -> reread.run()));
  }

  /** Tells every other instance. */
  public void publish(ClusterMessage message) {
    String text = new Envelope(instance, 0, 0, message).encode();
    context.runOnContext(ignored -> publish(store, text));
  }

  /**
   * Tells every other instance over a connection of the caller's, so that the message leaves in one
   * go with the commands around it and behind those sent before.
   */
  public void publish(RedisLink link, ClusterMessage message) {
    publish(link, message, Trace.NONE);
  }

  /** The same for something that is traced. */
  public void publish(RedisLink link, ClusterMessage message, Trace cause) {
    Trace sending = traces.send(name(message), cause);
    publish(
        new BackplaneStore(link), new Envelope(instance, 0, 0, message, sending.header()).encode());
    sending.end();
  }

  private void publish(BackplaneStore over, String text) {
    inline(over, text)
        .compose(body -> over.publish(over.everybody(), body))
        .onFailure(e -> LOG.debug("not published: {}", e.getMessage()));
  }

  /** Tells every instance, this one included. */
  public void publishToAll(ClusterMessage message) {
    deliver(new Envelope(instance, 0, 0, message));
    publish(message);
  }

  /** Tells one instance; false when it does not listen. */
  public Future<Boolean> send(String to, ClusterMessage message) {
    return transmitTo(to, new Envelope(instance, 0, 0, message));
  }

  /** The same for something that is traced. */
  public Future<Boolean> send(String to, ClusterMessage message, Trace cause) {
    Trace sending = traces.send(name(message), cause);
    return transmitTo(to, new Envelope(instance, 0, 0, message, sending.header()))
        .onComplete(sent -> sending.end(sent.succeeded() ? "ok" : "failed", sent.failed()));
  }

  /**
   * Asks one instance.
   *
   * @param timeoutMs longest wait for the answer, in milliseconds
   * @return the answer; fails with {@link InstanceGoneException} at once when nobody listens, and
   *     when no answer came in time
   */
  public <A extends ClusterMessage> Future<A> request(
      String to, ClusterMessage message, Class<A> answer, long timeoutMs) {
    Promise<ClusterMessage> promise = Promise.promise();
    Context home = vertx.getOrCreateContext();
    context.runOnContext(
        ignored -> {
          long number = requests.enter(promise);
          long timer = vertx.setTimer(timeoutMs, late -> requests.gone(number, to));
          promise.future().onComplete(done -> vertx.cancelTimer(timer));
          transmitTo(to, new Envelope(instance, number, 0, message))
              .onSuccess(
                  delivered -> {
                    if (!delivered) {
                      context.runOnContext(gone -> requests.gone(number, to));
                    }
                  })
              .onFailure(e -> context.runOnContext(lost -> requests.gone(number, to)));
        });
    Promise<A> result = Promise.promise();
    promise
        .future()
        .onComplete(got -> home.runOnContext(ignored -> result.handle(got.map(answer::cast))));
    return result.future();
  }

  /** Measures from now on how messages travel. */
  public void measure(BackplaneMetrics metrics) {
    inbox.onLost(metrics::subscriptionLost);
    context.runOnContext(ignored -> echo = new LatencyProbe(vertx, store, instance, metrics));
  }

  /** Traces messages from now on, where what they are sent for is traced. */
  public void trace(Traces tracing) {
    traces = tracing;
  }

  /** Leaves the conversation. */
  public Future<Void> close() {
    return inbox.close();
  }

  private Future<Boolean> transmitTo(String to, Envelope envelope) {
    if (to.equals(instance)) {
      deliver(envelope);
      return Future.succeededFuture(true);
    }
    Promise<Boolean> delivered = Promise.promise();
    String text = envelope.encode();
    context.runOnContext(
        ignored ->
            inline(store, text).compose(body -> store.publishTo(to, body)).onComplete(delivered));
    return delivered.future();
  }

  /** The text itself, or the claim check of one too large to travel. */
  private Future<String> inline(BackplaneStore over, String text) {
    return text.length() <= MAX_INLINE
        ? Future.succeededFuture(text)
        : over.deposit(ids.uuid(), text).map(key -> CLAIM + key);
  }

  private void arrived(String text) {
    LatencyProbe own = echo;
    if (own != null && own.received(text)) {
      return;
    }
    if (text.startsWith(CLAIM)) {
      store
          .collect(text.substring(CLAIM.length()))
          .onSuccess(
              body -> {
                if (body != null) {
                  arrived(body);
                }
              })
          .onFailure(e -> LOG.warn("a large message was lost: {}", e.getMessage()));
      return;
    }
    // What this instance publishes to everybody comes back to it.
    if (text.startsWith(ownHead)) {
      return;
    }
    Envelope envelope = Envelope.decode(text);
    if (envelope != null) {
      deliver(envelope);
    }
  }

  private void deliver(Envelope envelope) {
    if (envelope.answers() != 0) {
      context.runOnContext(ignored -> requests.answered(envelope.answers(), envelope.message()));
      return;
    }
    subscriptions.forEach(subscription -> offer(subscription, envelope));
  }

  private <T extends ClusterMessage> void offer(Subscription<T> subscription, Envelope envelope) {
    if (subscription.type().isInstance(envelope.message())) {
      T message = subscription.type().cast(envelope.message());
      Trace trace = traces.receive(name(message), envelope.trace());
      Received<T> received =
          new Received<>(envelope.from(), message, trace, answer -> answer(envelope, answer));
      subscription.context().runOnContext(ignored -> handle(subscription, received));
    }
  }

  private static <T extends ClusterMessage> void handle(
      Subscription<T> subscription, Received<T> received) {
    try {
      subscription.handler().accept(received);
    } finally {
      received.trace().end();
    }
  }

  private static String name(ClusterMessage message) {
    return message.getClass().getSimpleName();
  }

  private void answer(Envelope request, ClusterMessage answer) {
    if (request.request() != 0) {
      transmitTo(request.from(), new Envelope(instance, 0, request.request(), answer))
          .onFailure(e -> LOG.debug("answer lost: {}", e.getMessage()));
    }
  }

  private void resync() {
    LOG.info("subscribed again; reading state that may have changed meanwhile");
    resyncs.forEach(Runnable::run);
  }

  /** Runs every re-read; used when this instance finds that it had been given up for dead. */
  void requestResync() {
    resyncs.forEach(Runnable::run);
  }
}
