package dev.krabkrab.gateway.access.audit;

/** Counts what becomes of entries. Told on any thread: an implementation does not block. */
public interface AuditMetrics {
  /** Counts nothing. */
  AuditMetrics NONE =
      new AuditMetrics() {
        @Override
        public void queued(int change) {}

        @Override
        public void entered(AuditAction action) {}

        @Override
        public void dropped() {}
      };

  /** So many more (or, negative, fewer) entries wait to be written. */
  void queued(int change);

  /** An entry is in Redis. */
  void entered(AuditAction action);

  /** An entry was given up because too many waited; the next one that is written says so. */
  void dropped();
}
