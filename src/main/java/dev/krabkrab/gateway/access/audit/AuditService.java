package dev.krabkrab.gateway.access.audit;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail as one instance writes and reads it. Its head is logged every {@value #HEAD_MS}
 * ms while it moves: a place outside Redis to compare the chain with.
 */
public final class AuditService implements AuditTrail, AuditHistory {
  private static final Logger LOG = LoggerFactory.getLogger(AuditService.class);
  private static final long HEAD_MS = 600_000;

  private final AuditStore store;
  private final AuditWriter writer;
  private final AuditReader reader;
  private final Supplier<AuditSettings> settings;
  private volatile @Nullable RefusalAudit refusals;
  private long loggedSeq = -1;

  private AuditService(AuditStore store, AuditWriter writer, Supplier<AuditSettings> settings) {
    this.store = store;
    this.writer = writer;
    this.reader = new AuditReader(store);
    this.settings = settings;
  }

  /**
   * Makes the service on the calling context.
   *
   * @param link a connection of that context
   * @param settings asked anew each time
   */
  public static AuditService open(
      Vertx vertx,
      RedisLink link,
      AuditSource source,
      Supplier<AuditSettings> settings,
      AuditMetrics metrics) {
    AuditStore store = new AuditStore(link);
    AuditWriter writer = new AuditWriter(vertx, store, source, settings, metrics);
    AuditService service = new AuditService(store, writer, settings);
    vertx.setPeriodic(HEAD_MS, timer -> service.tidy());
    return service;
  }

  @Override
  public Future<Void> enter(AuditEvent event) {
    return isEntered(event) ? writer.enter(event) : Future.succeededFuture();
  }

  @Override
  public boolean isWritable() {
    return store.connected();
  }

  @Override
  public void note(AuditEvent event) {
    if (isEntered(event)) {
      writer.note(event);
    }
  }

  @Override
  public void refused(AuditEvent event, String what) {
    RefusalAudit places = refusals;
    if (places == null) {
      note(event);
    } else {
      places.event(event, what);
    }
  }

  /** Refusals are entered by it from now on. */
  void enterRefusalsBy(RefusalAudit places) {
    refusals = places;
  }

  /** Takes places for entries of refusals. On the context that made it. */
  Future<Integer> refusalPlaces() {
    return store.takeRefusalPlaces(settings.get());
  }

  /** Reads what fits a query. */
  Future<AuditReader.Found> find(AuditReader.Query query) {
    return reader.find(query);
  }

  @Override
  public Future<Past> latest(AuditAction action, long sinceMs, @Nullable String cursor, int most) {
    return reader.latest(action, sinceMs, cursor, most);
  }

  /**
   * Writes what waits, before the instance ends.
   *
   * @param maxMs longest time for it, in milliseconds; must be positive
   */
  public Future<Void> flush(long maxMs) {
    return writer
        .flushed()
        .timeout(maxMs, TimeUnit.MILLISECONDS)
        .onFailure(e -> LOG.error("audit entries are not written, and lost with this instance"));
  }

  /** Whoever turns the trail off is entered. */
  private boolean isEntered(AuditEvent event) {
    return settings.get().enabled() || event.action() == AuditAction.CONFIG_CHANGED;
  }

  private void tidy() {
    writer
        .tidy()
        .onSuccess(this::logHead)
        .onFailure(e -> LOG.debug("audit trail not tidied: {}", e.getMessage()));
  }

  private void logHead(AuditLink head) {
    if (head.seq() != loggedSeq) {
      loggedSeq = head.seq();
      LOG.info("audit head {} {}", head.seq(), head.hash());
    }
  }
}
