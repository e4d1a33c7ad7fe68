package dev.krabkrab.gateway.auth;

import dev.krabkrab.gateway.redis.RedisLink;
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
public final class GuessGuard {
  private static final Logger LOG = LoggerFactory.getLogger(GuessGuard.class);

  private final GuessStore store;
  private final GuessMemory memory;
  private final Consumer<GuessNews> teller;

  /** Makes a guard; the teller takes what other instances should know. */
  public GuessGuard(RedisLink redis, GuessMemory memory, Consumer<GuessNews> teller) {
    this.store = new GuessStore(redis);
    this.memory = memory;
    this.teller = teller;
  }

  /**
   * To be asked before a secret is compared.
   *
   * @return milliseconds the client has to wait before its secret is looked at, 0 when it need not;
   *     never fails
   */
  public Future<Long> waitMs(Locality client, GuessLimits limits) {
    return limits.exempts(client)
        ? Future.succeededFuture(0L)
        : waitMs(GuessSubject.of(client.clientIp()), limits);
  }

  /** The same about a device that shows, besides the token it is let in by, a shared secret. */
  public Future<Long> waitMs(Locality client, String deviceId, GuessLimits limits) {
    return limits.exempts(client)
        ? Future.succeededFuture(0L)
        : waitMs(GuessSubject.ofDevice(deviceId), limits);
  }

  private Future<Long> waitMs(String subject, GuessLimits limits) {
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
   * To be told of a secret that was wrong, before the client is.
   *
   * @return milliseconds the client has to wait because it was locked out meanwhile and is not to
   *     learn that it was wrong; 0 when it may learn it; never fails
   */
  public Future<Long> wrong(Locality client, GuessLimits limits) {
    return limits.exempts(client)
        ? Future.succeededFuture(0L)
        : wrong(GuessSubject.of(client.clientIp()), limits);
  }

  /** The same about a device that is let in by its token and was wrong about the shared secret. */
  public Future<Long> wrong(Locality client, String deviceId, GuessLimits limits) {
    return limits.exempts(client)
        ? Future.succeededFuture(0L)
        : wrong(GuessSubject.ofDevice(deviceId), limits);
  }

  private Future<Long> wrong(String subject, GuessLimits limits) {
    // Before Redis knows: the next secret from there waits for its answer.
    memory.wrong(subject, limits);
    return store
        .wrong(subject, limits)
        .onSuccess(guess -> counted(subject, limits, guess))
        .recover(away -> Future.succeededFuture(memory.judge(subject, limits)))
        .onSuccess(guess -> logLockout(subject, limits, guess))
        .map(Guess::waitMs);
  }

  private void counted(String subject, GuessLimits limits, Guess guess) {
    rememberLockout(subject, Math.max(guess.waitMs(), guess.lockedMs()));
    if (guess.waitMs() == 0) {
      teller.accept(new GuessNews(subject, limits.memoryMs(), guess.lockedMs()));
    }
  }

  private void rememberLockout(String subject, long ms) {
    if (ms > 0) {
      memory.heard(new GuessNews(subject, ms, ms));
    }
  }

  private static void logLockout(String subject, GuessLimits limits, Guess guess) {
    if (guess.lockedMs() > 0) {
      LOG.warn(
          "{} is locked out for {} ms after {} wrong secrets",
          subject,
          guess.lockedMs(),
          limits.maxAttempts());
    }
  }
}
