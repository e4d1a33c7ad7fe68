package dev.krabkrab.gateway.access.handshake;

import java.util.Locale;

/** Counts how handshakes end. Told on any event loop: an implementation does not block. */
public interface HandshakeMetrics {
  /** Counts nothing. */
  HandshakeMetrics NONE =
      new HandshakeMetrics() {
        @Override
        public void began() {}

        @Override
        public void finished(Outcome outcome, long tookMs) {}
      };

  /** How a handshake ended. */
  enum Outcome {
    OK,
    /** What came was no connect request, or not a valid one. */
    MALFORMED,
    /** No protocol version in common. */
    PROTOCOL_MISMATCH,
    /** The web page a browser connected for is not allowed. */
    ORIGIN_REFUSED,
    /** The device identity was missing or not genuine. */
    DEVICE_REFUSED,
    /** The shared secret or the device token was missing or wrong. */
    UNAUTHORIZED,
    /** The device waits for somebody's approval. */
    PAIRING_REQUIRED,
    /** Redis did not answer; the client may come back. */
    UNAVAILABLE,
    /** This instance, or the device, has as much as it may have; the client may come back. */
    OVERLOADED,
    /** A fault of this gateway. */
    FAILED,
    /** The client took too long. */
    TIMEOUT,
    /** The socket closed before the end. */
    ABANDONED,
    /** The instance sends its clients away and takes no new ones. */
    DRAINING;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Whether the client was found wanting, and not the gateway. */
    public boolean isRefusal() {
      return switch (this) {
        case PROTOCOL_MISMATCH, ORIGIN_REFUSED, DEVICE_REFUSED, UNAUTHORIZED, PAIRING_REQUIRED ->
            true;
        default -> false;
      };
    }

    /** The name in lower case. */
    public String label() {
      return label;
    }
  }

  /** A socket opened. */
  void began();

  /**
   * Its handshake ended; called once for each {@link #began}.
   *
   * @param tookMs since the socket opened, in milliseconds
   */
  void finished(Outcome outcome, long tookMs);
}
