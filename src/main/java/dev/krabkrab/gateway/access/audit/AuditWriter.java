package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditStore.Appended;
import dev.krabkrab.gateway.access.audit.AuditStore.Batch;
import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the entries of one instance, in the order they came, one batch at a time: each follows the
 * head it has read, and is made again when another instance was faster. A batch whose answer was
 * lost is sent again as it was, so that nothing is entered twice. Events are taken from any thread;
 * everything else runs on the context that made it.
 */
final class AuditWriter {
  private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

  /** Entries that may wait for Redis. */
  static final int MOST_WAITING = 10_000;

  private static final int BATCH = 200;
  private static final long LINGER_MS = 50;
  private static final Backoff WAITS = Backoff.steady(500);

  /** Failures in a row for each line of the log. */
  private static final int LOG_EVERY = 100;

  private static final AuditLink UNKNOWN = new AuditLink(-1, "", 0);

  private final Vertx vertx;
  private final Context context;
  private final AuditStore store;
  private final AuditEntryFactory scribe;
  private final Supplier<AuditSettings> settings;
  private final AuditMetrics metrics;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Queue<AuditItem> incoming = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicBoolean lingering = new AtomicBoolean();
  private final List<Promise<Void>> onIdle = new ArrayList<>();
  private boolean busy;
  private int failures;
  private AuditLink head = UNKNOWN;

  AuditWriter(
      Vertx vertx,
      AuditStore store,
      AuditSource source,
      Supplier<AuditSettings> settings,
      AuditMetrics metrics) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.store = store;
    this.scribe = new AuditEntryFactory(source.instance(), source.clock());
    this.settings = settings;
    this.metrics = metrics;
    this.clock = source.clock();
    this.random = source.random();
  }

  /** Queues an event and writes at once. */
  Future<Void> enter(AuditEvent event) {
    Promise<Void> written = onTheCallersContext();
    if (!queue(new AuditItem(event, clock.millis(), written))) {
      return Future.failedFuture(new RedisUnavailableException("too many audit entries wait"));
    }
    context.runOnContext(now -> flush());
    return written.future();
  }

  /** Queues an event and writes soon. */
  void note(AuditEvent event) {
    if (!queue(new AuditItem(event, clock.millis(), null))) {
      metrics.dropped();
      if (dropped.getAndIncrement() == 0) {
        LOG.error("audit entries are dropped: {} wait already", MOST_WAITING);
      }
    } else if (lingering.compareAndSet(false, true)) {
      context.runOnContext(now -> vertx.setTimer(LINGER_MS, over -> lingered()));
    }
  }

  /**
   * Takes away what is not kept any more, unless a batch is on its way, which does so itself. On
   * the writer's context.
   *
   * @return the head
   */
  Future<AuditLink> tidy() {
    if (busy) {
      return Future.succeededFuture(head);
    }
    busy = true;
    return store
        .append(Batch.empty(head), settings.get())
        .map(this::learn)
        .onComplete(
            done -> {
              busy = false;
              flush();
            });
  }

  /** Complete when everything queued so far is written. */
  Future<Void> flushed() {
    Promise<Void> idle = onTheCallersContext();
    context.runOnContext(
        now -> {
          onIdle.add(idle);
          flush();
        });
    return idle.future();
  }

  private Promise<Void> onTheCallersContext() {
    return ((VertxInternal) vertx).promise();
  }

  private boolean queue(AuditItem item) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return false;
    }
    metrics.queued(1);
    incoming.add(item);
    return true;
  }

  private void lingered() {
    lingering.set(false);
    flush();
  }

  private void flush() {
    if (busy) {
      return;
    }
    List<AuditItem> items = new ArrayList<>();
    for (AuditItem item = incoming.poll(); item != null; item = incoming.poll()) {
      items.add(item);
      if (items.size() == BATCH) {
        break;
      }
    }
    if (items.isEmpty()) {
      onIdle.forEach(Promise::tryComplete);
      onIdle.clear();
    } else {
      busy = true;
      send(items, scribe.batch(head, items));
    }
  }

  private void send(List<AuditItem> items, Batch batch) {
    store
        .append(batch, settings.get())
        .onComplete(appended -> answered(items, appended), cause -> failed(items, batch, cause));
  }

  private void answered(List<AuditItem> items, Appended appended) {
    switch (appended.outcome()) {
      case OK, DONE -> {
        learn(appended);
        written(items);
      }
      case MOVED, FUTURE -> {
        learn(appended);
        send(items, scribe.batch(head, items));
      }
    }
  }

  /** The answer may be lost and the batch in, so it goes again as it is. */
  private void failed(List<AuditItem> items, Batch batch, Throwable cause) {
    if (failures++ % LOG_EVERY == 0) {
      LOG.error("audit entries are not written: {}", cause.getMessage());
    }
    RedisUnavailableException unavailable =
        new RedisUnavailableException("the audit entry is not written yet", cause);
    items.forEach(item -> fail(item, unavailable));
    incoming.forEach(item -> fail(item, unavailable));
    vertx.setTimer(WAITS.waitMs(1, 0, random), again -> send(items, batch));
  }

  private static void fail(AuditItem item, Throwable cause) {
    Promise<Void> written = item.written();
    if (written != null) {
      written.tryFail(cause);
    }
  }

  private void written(List<AuditItem> items) {
    waiting.addAndGet(-items.size());
    metrics.queued(-items.size());
    for (AuditItem item : items) {
      metrics.entered(item.event().action());
      Promise<Void> written = item.written();
      if (written != null) {
        written.tryComplete();
      }
    }
    busy = false;
    failures = 0;
    int lost = dropped.getAndSet(0);
    if (lost > 0) {
      gap(details -> details.put("reason", "dropped").put("count", lost));
    }
    flush();
  }

  private AuditLink learn(Appended appended) {
    scribe.timeIs(appended.nowMs());
    AuditLink known = head;
    head = appended.head();
    if (head.seq() < known.seq()) {
      LOG.error("the audit trail ends at {} and did end at {}", head.seq(), known.seq());
      gap(
          details ->
              details.put("reason", "lost").put("seq", known.seq()).put("hash", known.hash()));
    }
    return head;
  }

  private void gap(Consumer<ObjectNode> details) {
    queue(
        new AuditItem(
            new AuditEvent(AuditAction.AUDIT_GAP, AuditActor.GATEWAY, details),
            clock.millis(),
            null));
  }
}
