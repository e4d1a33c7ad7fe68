package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * Walks the chain from its anchor, entry by entry, and tells where it is broken. For one walk and
 * one thread.
 */
public final class AuditVerifier {
  private final AuditLink anchor;
  private final @Nullable String noted;
  private AuditLink reached;
  private boolean notedSeen;

  /**
   * @param anchor where the first entry has to join on
   * @param noted hash of a head that was noted elsewhere and has to be met, or null
   */
  public AuditVerifier(AuditLink anchor, @Nullable String noted) {
    this.anchor = anchor;
    this.noted = noted;
    this.reached = anchor;
    see(anchor);
  }

  /** The last entry that was found genuine. */
  public AuditLink reached() {
    return reached;
  }

  /** Takes the next entry; returns what is wrong with it, or null. */
  public @Nullable String next(AuditEntry entry) {
    JsonNode content = Json.tryParse(entry.text());
    if (content == null || !content.isObject()) {
      return at(entry, "it is not readable");
    }
    long seq = content.path("seq").asLong(-1);
    long expected = reached.seq() + 1;
    if (seq != expected) {
      return seq > expected
          ? at(entry, "entries %d to %d are missing before it".formatted(expected, seq - 1))
          : at(entry, "it is out of order: number %d was expected".formatted(expected));
    }
    AuditLink link = reached.next(entry.text(), content.path("ts").asLong(-1));
    if (!link.hash().equals(entry.hash())) {
      return at(entry, "it or its hash was altered");
    }
    if (!link.id().equals(entry.id())) {
      return at(entry, "its id is not " + link.id());
    }
    reached = link;
    see(link);
    return null;
  }

  /** Judges the end; returns what is wrong with it, or null. */
  public @Nullable String end(AuditLink head) {
    if (head.seq() > reached.seq()) {
      return "entries %d to %d are missing at the end".formatted(reached.seq() + 1, head.seq());
    }
    if (head.seq() < reached.seq() || !head.hash().equals(reached.hash())) {
      return "the head is not that of entry %d".formatted(reached.seq());
    }
    if (noted != null && !notedSeen) {
      return "the noted head %s is not in the chain%s"
          .formatted(
              noted, anchor.seq() == 0 ? "" : ", or retention took it: entry 1 to " + anchor.seq());
    }
    return null;
  }

  private void see(AuditLink link) {
    notedSeen |= link.hash().equals(noted);
  }

  private static String at(AuditEntry entry, String problem) {
    return "entry %s: %s".formatted(entry.id(), problem);
  }
}
