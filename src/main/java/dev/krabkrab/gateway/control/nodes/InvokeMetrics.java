package dev.krabkrab.gateway.control.nodes;

import java.util.Locale;

/** Counts invokes that were on their way to a connected node, where their callers are. */
public interface InvokeMetrics {
  /** Counts nothing. */
  InvokeMetrics NONE =
      new InvokeMetrics() {
        @Override
        public void began() {}

        @Override
        public void finished(Outcome outcome) {}

        @Override
        public void eventRefused() {}
      };

  /** What became of an invoke. */
  enum Outcome {
    /** The node did it. */
    OK,
    /** The node answered with an error. */
    REFUSED,
    /** No answer came in time. */
    TIMEOUT,
    /** The node, or the instance that held it, went away before the answer. */
    DISCONNECTED,
    /** The node turned out to be connected nowhere. */
    NOT_CONNECTED,
    /** The node does not read, or Redis did not answer where it is. */
    NOT_SENT,
    /** Whoever asked lost the right to it before the answer. */
    WITHDRAWN;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in lower case. */
    public String label() {
      return label;
    }
  }

  void began();

  /** Called once for each {@link #began}. */
  void finished(Outcome outcome);

  /** A node said something in a session, or of a run, that nobody connected it with. */
  void eventRefused();
}
