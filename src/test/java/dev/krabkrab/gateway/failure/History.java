package dev.krabkrab.gateway.failure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients saw during a run, in the order they saw it. Safe from any thread. */
final class History {
  private final List<Entry> entries = new ArrayList<>();

  /** One thing a client saw. */
  sealed interface Entry {
    /** A requester was answered; null is no decision. */
    record Answered(String approval, @Nullable String decision) implements Entry {}

    /** A resolver was told that its decision holds. */
    record Accepted(String approval, String decision) implements Entry {}

    /** A resolver sent a decision; what became of it may be unknown for ever. */
    record Tried(String approval, String decision) implements Entry {}

    /** A client was told of a decision. */
    record Told(String client, String approval, String decision) implements Entry {}

    /** A node was handed an invoke over its n-th connection. */
    record Handed(String node, int connection, String key) implements Entry {}

    /** A node answered a call over its n-th connection: it is registered there. */
    record Greeted(String node, int connection) implements Entry {}

    /** A frame arrived over a connection. */
    record Numbered(String connection, long seq) implements Entry {}

    /** A client was told the end of a run by an event; well, or not. */
    record RunTold(String connection, String run, boolean well) implements Entry {}

    /** Whoever waited for a run was told its end. */
    record RunEnded(String run, boolean well) implements Entry {}

    /** The transcript holds the message of a run here. */
    record RunAsked(String run) implements Entry {}

    /** The transcript holds so many words of the agent here. */
    record RunSaid(int words) implements Entry {}

    /** A call had no end when its bound was over. */
    record Hung(String call) implements Entry {}
  }

  synchronized void add(Entry entry) {
    entries.add(entry);
  }

  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
