package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.ChannelMetrics.Outcome;
import dev.krabkrab.gateway.channel.OutboxStore.Due;
import dev.krabkrab.gateway.platform.net.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what was taken on, in order for each target, with further tries where a channel is away.
 * Every instance does; a message whose sender died is sent by another one, twice rather than never.
 * For one context.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  /** Places for messages that are on their way, and how many of them one account gets. */
  private static final int PLACES = 64;

  private static final int PLACES_OF_ONE = 8;

  private static final long LOOK_MS = 1_000;

  /** Longest time for one message. */
  private static final long SENDING_MS = 55_000;

  /** So long after an instance died somebody else sends what it was sending. */
  private static final long LEASE_MS = 15_000;

  private static final long RENEW_MS = 5_000;

  private static final long GIVE_UP_MS = TimeUnit.HOURS.toMillis(6);
  private static final Backoff WAITS = new Backoff(1_000, 300_000);

  /** What a decision gets to arrive before its question counts as expired. */
  private static final long EXPIRY_GRACE_MS = 1_000;

  private final Vertx vertx;
  private final OutboxStore store;
  private final Speaker speaker;
  private final ChannelMetrics metrics;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Set<Due> sending = new HashSet<>();
  private boolean looking;
  private boolean lookAgain;
  private boolean stopped;

  /** Sends a message now. */
  @FunctionalInterface
  interface Speaker {
    /** Fails with {@link DeliveryException} or another. */
    Future<SentMessage> send(DeliveryContext way, OutboundMessage message, MessageParts parts);
  }

  Outbox(
      Vertx vertx,
      OutboxStore store,
      Speaker speaker,
      ChannelMetrics metrics,
      InstantSource clock,
      RandomGenerator random) {
    this.vertx = vertx;
    this.store = store;
    this.speaker = speaker;
    this.metrics = metrics;
    this.clock = clock;
    this.random = random;
  }

  void start() {
    vertx.setPeriodic(LOOK_MS, timer -> expire());
    vertx.setPeriodic(RENEW_MS, timer -> renew());
  }

  private void expire() {
    if (!stopped) {
      store
          .expire(EXPIRY_GRACE_MS)
          .onFailure(e -> LOG.debug("approvals not looked for: {}", e.getMessage()))
          .onComplete(expired -> look());
    }
  }

  /** Looks now. */
  void look() {
    if (looking) {
      lookAgain = true;
      return;
    }
    if (stopped || sending.size() >= PLACES) {
      return;
    }
    looking = true;
    Map<String, Integer> busy = new HashMap<>();
    sending.forEach(due -> busy.merge(due.account(), 1, Integer::sum));
    store
        .take(PLACES - sending.size(), PLACES_OF_ONE, LEASE_MS, busy)
        .onSuccess(taken -> taken.forEach(this::send))
        .onFailure(away -> LOG.debug("outbox not read: {}", away.getMessage()))
        .onComplete(
            read -> {
              looking = false;
              if (lookAgain) {
                lookAgain = false;
                look();
              }
            });
  }

  private void renew() {
    if (!sending.isEmpty()) {
      store
          .extend(sending, LEASE_MS)
          .onFailure(e -> LOG.debug("outbox not renewed: {}", e.getMessage()));
    }
  }

  /** Takes nothing from now on; complete when what was taken is out. */
  Future<Void> stop(long withinMs) {
    stopped = true;
    return Future.<Void>future(
        idle -> {
          long timer =
              vertx.setPeriodic(
                  20,
                  tick -> {
                    if (sending.isEmpty() && !looking) {
                      idle.tryComplete();
                    }
                  });
          idle.future().onComplete(done -> vertx.cancelTimer(timer));
          vertx.setTimer(withinMs, late -> idle.tryComplete());
        });
  }

  private void send(Due due) {
    sending.add(due);
    Future<SentMessage> sent;
    try {
      sent = speaker.send(due.delivery().way(), due.delivery().message(due.id()), parts(due));
    } catch (RuntimeException e) {
      sent = Future.failedFuture(e);
    }
    sent.timeout(SENDING_MS, TimeUnit.MILLISECONDS)
        .transform(done -> done.succeeded() ? store.done(due) : failed(due, done.cause()))
        .onComplete(
            settled -> {
              sending.remove(due);
              if (settled.failed()) {
                LOG.warn("outbox: {}", settled.cause().getMessage());
              }
              look();
            });
  }

  private MessageParts parts(Due due) {
    return new MessageParts() {
      @Override
      public int out() {
        return due.parts();
      }

      @Override
      public Future<Void> note(int count) {
        return store.note(due, count);
      }
    };
  }

  private Future<Void> failed(Due due, Throwable why) {
    String target = due.delivery().way().channel();
    boolean passing = !(why instanceof DeliveryException known) || known.isPassing();
    if (!passing || clock.millis() - due.sinceMs() > GIVE_UP_MS) {
      LOG.error("a message to {} is given up: {}", target, why.getMessage());
      metrics.count(target, Outcome.DROPPED);
      return store.done(due);
    }
    long wait = WAITS.waitMs(due.turn(), Retry.requestedMs(why), random);
    LOG.warn("a message to {} is tried again in {} ms: {}", target, wait, why.getMessage());
    return store.again(due, wait);
  }
}
