package dev.krabkrab.gateway.access.presence;

import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The changes that have come: those of several instances may come in another order than written.
 */
final class SeenChanges {
  private final NavigableSet<Long> ahead = new TreeSet<>();
  private long complete;

  /** Everything up to a version is there; whether anything later is has to be reported again. */
  void startFrom(long version) {
    ahead.clear();
    complete = version;
  }

  void saw(long version) {
    if (version > complete) {
      ahead.add(version);
      while (!ahead.isEmpty() && ahead.first() == complete + 1) {
        complete = ahead.removeFirst();
      }
    }
  }

  /** Whether no change up to a version is missing. */
  boolean hasAllTo(long version) {
    return complete >= version;
  }
}
