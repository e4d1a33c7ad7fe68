package dev.krabkrab.gateway.platform.cluster;

/** Counts how well messages between instances travel. Told on the backplane's context. */
public interface BackplaneMetrics {
  /** Counts nothing. */
  BackplaneMetrics NONE =
      new BackplaneMetrics() {
        @Override
        public void echoed(long nanos) {}

        @Override
        public void echoLost() {}

        @Override
        public void subscriptionLost() {}
      };

  /** A message to this instance itself came back, after this time. */
  void echoed(long nanos);

  /** A message to this instance itself, which Redis took, did not come back in time. */
  void echoLost();

  /** The channels of this instance were no longer followed; messages are missed from here on. */
  void subscriptionLost();
}
