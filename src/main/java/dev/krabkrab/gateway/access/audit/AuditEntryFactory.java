package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditStore.Batch;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts events into words, dated by the clock of Redis. For one context. */
final class AuditEntryFactory {
  private static final Logger LOG = LoggerFactory.getLogger(AuditEntryFactory.class);

  private final String instance;
  private final InstantSource clock;

  /** What Redis' clock is ahead of ours, in milliseconds. */
  private long aheadMs;

  AuditEntryFactory(String instance, InstantSource clock) {
    this.instance = instance;
    this.clock = clock;
  }

  /** Takes the time of Redis, in epoch milliseconds. */
  void timeIs(long redisMs) {
    aheadMs = redisMs - clock.millis();
  }

  /** Makes the entries that follow {@code head}. */
  Batch batch(AuditLink head, List<AuditItem> items) {
    AuditLink place = head;
    long nowMs = clock.millis();
    long latestMs = 0;
    boolean awaited = false;
    List<AuditEntry> entries = new ArrayList<>(items.size());
    for (AuditItem item : items) {
      long ts = Math.min(item.atMs(), nowMs) + aheadMs;
      // As it is hashed it is exported, so that nothing in it may hide from whoever reads that.
      String text = SafeText.json(Json.text(json(item.event(), place.seq() + 1, ts)));
      place = place.next(text, ts);
      entries.add(new AuditEntry(place.id(), text, place.hash()));
      latestMs = Math.max(latestMs, ts);
      awaited |= item.written() != null;
    }
    return new Batch(head, entries, latestMs, awaited);
  }

  private ObjectNode json(AuditEvent event, long seq, long ts) {
    ObjectNode json =
        Json.object().put("seq", seq).put("ts", ts).put("action", event.action().wire());
    json.put("instance", instance).set("actor", event.actor().toJson());
    return json.set("details", EntryBounds.within(details(event)));
  }

  /** Whatever goes wrong with the words, the event is entered. */
  private static ObjectNode details(AuditEvent event) {
    ObjectNode details = Json.object();
    try {
      event.details().accept(details);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("an audit entry {} lacks its details", event.action().wire(), e);
    }
    return details;
  }
}
