package dev.krabkrab.gateway.access.audit;

import io.vertx.core.Future;

/** Takes what has to be entered into the audit trail. Safe from any thread. */
public interface AuditTrail {
  /** Enters nothing; for tests and for those who only read. */
  AuditTrail NONE =
      new AuditTrail() {
        @Override
        public Future<Void> enter(AuditEvent event) {
          return Future.succeededFuture();
        }

        @Override
        public void note(AuditEvent event) {}
      };

  /**
   * Enters a decision. It must not be answered before this completes.
   *
   * @return complete, on the caller's context, when Redis, and the replicas the deployment asks
   *     for, have the entry; fails with {@link
   *     dev.krabkrab.gateway.platform.redis.RedisUnavailableException} when they have not yet: then
   *     the entry is kept and goes in as soon as it can
   */
  Future<Void> enter(AuditEvent event);

  /**
   * Whether an entry could be written now. Ask it before what has to be entered is done, where that
   * cannot be taken back.
   */
  default boolean isWritable() {
    return true;
  }

  /** Enters what nobody waits for; it goes in within a moment, together with others. */
  void note(AuditEvent event);
}
