package dev.krabkrab.gateway.cli.bench;

/** One operation under way; event loop only. What comes after its end is ignored. */
final class Ticket {
  private final Load load;
  private final long index;
  private final long intendedNanos;
  private boolean ended;

  Ticket(Load load, long index, long intendedNanos) {
    this.load = load;
    this.index = index;
    this.intendedNanos = intendedNanos;
  }

  /** Its number in this load, from 0. */
  long index() {
    return index;
  }

  /** The moment it had to begin, from which it is timed. */
  long intendedNanos() {
    return intendedNanos;
  }

  /** Where parts of it are recorded. */
  Recorder recorder() {
    return load.recorder();
  }

  /** It succeeded just now. */
  void succeeded() {
    if (!ended) {
      recorder().record(System.nanoTime() - intendedNanos);
      counted();
    }
  }

  /** It ended, and what counts of it is recorded. */
  void counted() {
    if (!ended) {
      ended = true;
      load.ended(0);
    }
  }

  /** It failed. */
  void failed(String code) {
    if (!ended) {
      ended = true;
      recorder().failed(code);
      load.ended(code.startsWith(Link.CLOSED) ? Load.AFTER_CLOSED_MS : 0);
    }
  }

  boolean hasEnded() {
    return ended;
  }
}
