package dev.krabkrab.gateway.access.audit;

import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
   * Does a step that has to be entered, and enters it. Nothing is done while the trail could not
   * take it: it would be taken and not answered, and whoever repeats it would come too late for his
   * own.
   *
   * @param attempt what is entered, as soon as it can be, when Redis does not say whether the step
   *     was done; see {@link AuditEvent#unknown}
   * @param entry what is entered of the step's result; null when nothing came of it
   * @return the result, once it is entered; fails with {@link RedisUnavailableException}, without
   *     the step, while the trail is out of reach
   */
  default <T extends @Nullable Object> Future<T> entering(
      AuditEvent attempt, Supplier<Future<T>> step, Function<T, @Nullable AuditEvent> entry) {
    if (!isWritable()) {
      return Future.failedFuture(unwritable());
    }
    return step.get()
        .onFailure(
            cause -> {
              if (cause instanceof RedisUnavailableException away && away.mayHaveBeenDone()) {
                note(attempt);
              }
            })
        .compose(
            done -> {
              AuditEvent event = entry.apply(done);
              return event == null ? Future.succeededFuture(done) : enter(event).map(done);
            });
  }

  /** Why nothing is done that has to be entered. */
  static RedisUnavailableException unwritable() {
    return new RedisUnavailableException("the audit trail is out of reach");
  }

  /**
   * Enters what is done or withdrawn in any case; a decision goes through {@link #entering}. It
   * must not be answered before this completes.
   *
   * @return complete, on the caller's context, when Redis, and the replicas the deployment asks
   *     for, have the entry; fails with {@link RedisUnavailableException} when they have not yet:
   *     then the entry is kept and goes in as soon as it can
   */
  Future<Void> enter(AuditEvent event);

  /** Whether an entry could be written now. */
  default boolean isWritable() {
    return true;
  }

  /** Enters what nobody waits for; it goes in within a moment, together with others. */
  void note(AuditEvent event);

  /**
   * Enters what somebody who was let in may not have done, or what is not there to be done. It
   * takes a place for refusals; repeats within a minute are counted and not entered one by one.
   *
   * @param what with the action and who it was, makes repeats of each other
   */
  default void refused(AuditEvent event, String what) {
    note(event);
  }
}
