package dev.krabkrab.gateway.access.auth;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how often an address may be wrong about a secret, across all instances: Redis counts. An
 * address that nobody was wrong from costs no question to Redis. While Redis is away, each instance
 * counts for itself. A right secret clears nothing. For one event loop; the memory is shared by all
 * of them. Protocol 05 §7.
 */
public final class AuthRateLimiter {
  private static final Logger LOG = LoggerFactory.getLogger(AuthRateLimiter.class);

  private final RateLimitStore store;
  private final LocalRateLimits memory;
  private final Consumer<RateLimitMessage> notifier;

  /**
   * @param notifier takes what other instances should know
   */
  public AuthRateLimiter(
      RedisLink redis, LocalRateLimits memory, Consumer<RateLimitMessage> notifier) {
    this.store = new RateLimitStore(redis);
    this.memory = memory;
    this.notifier = notifier;
  }

  /**
   * Checks a client before its secret is compared.
   *
   * @return milliseconds the client has to wait before its secret is looked at, 0 when it need not;
   *     never fails
   */
  public Future<Long> waitMs(Locality client, RateLimitSettings limits) {
    return limits.exempts(client)
        ? Future.succeededFuture(0L)
        : waitMs(RateLimitSubject.of(client.clientIp()), limits);
  }

  /** The same about a device that shows, besides the token it is let in by, a shared secret. */
  public Future<Long> waitMs(Locality client, String deviceId, RateLimitSettings limits) {
    return limits.exempts(client)
        ? Future.succeededFuture(0L)
        : waitMs(RateLimitSubject.ofDevice(deviceId), limits);
  }

  private Future<Long> waitMs(String subject, RateLimitSettings limits) {
    long known = memory.waitMs(subject);
    if (known > 0 || !memory.isSuspect(subject, limits)) {
      return Future.succeededFuture(known);
    }
    return store
        .waitMs(subject)
        .onSuccess(wait -> rememberLockout(subject, wait))
        .recover(away -> Future.succeededFuture(memory.waitMs(subject)));
  }

  /**
   * Counts a secret that was wrong, before the client is answered.
   *
   * @return milliseconds the client has to wait because it was locked out meanwhile and is not to
   *     learn that it was wrong; 0 when it may learn it; never fails
   */
  public Future<Long> wrong(Locality client, RateLimitSettings limits) {
    return limits.exempts(client)
        ? Future.succeededFuture(0L)
        : wrong(RateLimitSubject.of(client.clientIp()), limits);
  }

  /** The same about a device that is let in by its token and was wrong about the shared secret. */
  public Future<Long> wrong(Locality client, String deviceId, RateLimitSettings limits) {
    return limits.exempts(client)
        ? Future.succeededFuture(0L)
        : wrong(RateLimitSubject.ofDevice(deviceId), limits);
  }

  private Future<Long> wrong(String subject, RateLimitSettings limits) {
    // Before Redis knows: the next secret from there waits for its answer.
    memory.wrong(subject, limits);
    return store
        .wrong(subject, limits)
        .onSuccess(attempt -> counted(subject, limits, attempt))
        .recover(away -> Future.succeededFuture(memory.judge(subject, limits)))
        .onSuccess(attempt -> logLockout(subject, limits, attempt))
        .map(AttemptOutcome::waitMs);
  }

  private void counted(String subject, RateLimitSettings limits, AttemptOutcome attempt) {
    rememberLockout(subject, Math.max(attempt.waitMs(), attempt.lockedMs()));
    if (attempt.waitMs() == 0) {
      notifier.accept(new RateLimitMessage(subject, limits.memoryMs(), attempt.lockedMs()));
    }
  }

  private void rememberLockout(String subject, long ms) {
    if (ms > 0) {
      memory.received(new RateLimitMessage(subject, ms, ms));
    }
  }

  private static void logLockout(String subject, RateLimitSettings limits, AttemptOutcome attempt) {
    if (attempt.lockedMs() > 0) {
      LOG.warn(
          "{} is locked out for {} ms after {} wrong secrets",
          subject,
          attempt.lockedMs(),
          limits.maxAttempts());
    }
  }
}
