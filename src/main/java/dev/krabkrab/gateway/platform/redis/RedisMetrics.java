package dev.krabkrab.gateway.platform.redis;

/**
 * Counts what links to Redis do. Told of every command, on any event loop: an implementation
 * neither blocks nor allocates.
 */
public interface RedisMetrics {
  /** Counts nothing. */
  RedisMetrics NONE =
      new RedisMetrics() {
        @Override
        public void opened() {}

        @Override
        public void closed() {}

        @Override
        public void connected(boolean again) {}

        @Override
        public void disconnected() {}

        @Override
        public long now() {
          return 0;
        }

        @Override
        public void answered(long sentAt) {}

        @Override
        public void outstanding(int change) {}

        @Override
        public void late() {}

        @Override
        public void refused(RedisRefusal kind) {}
      };

  /** A link was made; it is not connected yet. */
  void opened();

  /** A link was closed for good, and before that {@link #disconnected} if it was connected. */
  void closed();

  /** A link is connected; again when it had been before. */
  void connected(boolean again);

  /** A link lost its connection, or gave it up. */
  void disconnected();

  /** A reading of the clock, taken when a command is sent, that {@link #answered} is shown. */
  long now();

  /** Redis answered a command, with an error or without. */
  void answered(long sentAt);

  /** The number of commands without an answer changed. */
  void outstanding(int change);

  /** A command was given up because its answer did not come in time. */
  void late();

  /** Redis answered a command with an error that says that it cannot serve now. */
  void refused(RedisRefusal kind);
}
