package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this instance believes to be pending, so that showing it to a thousand arriving approvers
 * costs Redis nothing. A cache that can be thrown away at any time: messages feed it and {@link
 * ApprovalReconciler} corrects it from Redis, which alone decides. It also remembers, within a
 * bound, which approvals were announced here and which were resolved, so that approvers are
 * notified of each once. Used on the feature's context only.
 */
final class PendingCache {
  /** Remembered announcements. */
  private static final int REMEMBERED = 16_384;

  private final InstantSource clock;
  private final PendingPerDevice perDevice;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Boolean> resolvedByKey =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** One pending approval with its event, encoded once for all its receivers. */
  private record Entry(Approval approval, EncodedEvent event, long localDeadlineMs) {}

  PendingCache(InstantSource clock, PendingPerDevice perDevice) {
    this.clock = clock;
    this.perDevice = perDevice;
  }

  /** Enters a pending approval; returns its event when it was not announced here before. */
  @Nullable EncodedEvent enter(Approval approval, long remainingMs) {
    Boolean resolved = resolvedByKey.get(Approval.key(approval.id(), approval.createdAtMs()));
    if (resolved != null && resolved) {
      return null;
    }
    EncodedEvent event = approval.requested();
    entries.put(approval.id(), new Entry(approval, event, clock.millis() + remainingMs));
    resolvedByKey.put(Approval.key(approval.id(), approval.createdAtMs()), false);
    return resolved == null ? event : null;
  }

  /** Takes a decided approval out; true when its end was not notified here before. */
  boolean end(String id, long createdAtMs) {
    drop(id, createdAtMs);
    Boolean before = resolvedByKey.put(Approval.key(id, createdAtMs), true);
    return before == null || !before;
  }

  /** Takes an approval out without a word. */
  void drop(String id, long createdAtMs) {
    perDevice.resolved(Approval.key(id, createdAtMs));
    entries.computeIfPresent(
        id, (same, entry) -> entry.approval().createdAtMs() == createdAtMs ? null : entry);
  }

  /** Whether exactly this use of the id is known here as pending. */
  boolean contains(String id, long expiresAtMs) {
    Entry entry = entries.get(id);
    return entry != null && entry.approval().expiresAtMs() == expiresAtMs;
  }

  /** Everything entered and not taken out, expired or not. */
  List<Approval> entered() {
    return entries.values().stream().map(Entry::approval).toList();
  }

  /** What this one can still decide, oldest first. */
  List<Approval> pending(Caller caller) {
    return open().map(Entry::approval).filter(approval -> approval.isFor(caller)).toList();
  }

  /** How many can still be decided, and since when; by this instance's clock alone. */
  PendingApprovals summary() {
    long now = clock.millis();
    int count = 0;
    long oldest = 0;
    for (Entry entry : entries.values()) {
      if (entry.localDeadlineMs() > now) {
        Approval approval = entry.approval();
        long patience = approval.expiresAtMs() - approval.createdAtMs();
        oldest = Math.max(oldest, now - (entry.localDeadlineMs() - patience));
        count++;
      }
    }
    return new PendingApprovals(count, oldest);
  }

  /** The event that shows a pending approval, or null when it can be decided no longer. */
  @Nullable EncodedEvent event(Approval approval) {
    Entry entry = entries.get(approval.id());
    return entry != null
            && entry.approval().createdAtMs() == approval.createdAtMs()
            && entry.localDeadlineMs() > clock.millis()
        ? entry.event()
        : null;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  private Stream<Entry> open() {
    long now = clock.millis();
    return entries.values().stream()
        .filter(entry -> entry.localDeadlineMs() > now)
        .sorted(
            Comparator.comparingLong((Entry entry) -> entry.approval().createdAtMs())
                .thenComparing(entry -> entry.approval().id()));
  }
}
