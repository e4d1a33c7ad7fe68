package dev.krabkrab.gateway.access.auth;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one instance remembers of wrong secrets: who is locked out, about whom Redis is read first,
 * and the counts that stand in for those of Redis while it is away. Holds at most {@value
 * #CAPACITY} addresses. For any thread.
 */
public final class LocalRateLimits {
  static final int CAPACITY = 10_000;

  private final InstantSource clock;
  private final Map<String, Suspect> suspects = new LinkedHashMap<>(16, 0.75f, true);
  private long blindSince;

  private static final class Suspect {
    private final Deque<Long> failures = new ArrayDeque<>();
    private long until;
    private long lockedUntil;
  }

  /** A memory that knows of nothing that happened before. */
  public LocalRateLimits(InstantSource clock) {
    this.clock = clock;
    this.blindSince = clock.millis();
  }

  /** Takes over what another instance found out. */
  public synchronized void received(RateLimitMessage message) {
    Suspect suspect = suspect(message.subject());
    long now = clock.millis();
    suspect.until =
        Math.max(suspect.until, now + Math.max(message.suspectMs(), message.lockedMs()));
    if (message.lockedMs() > 0) {
      suspect.lockedUntil = Math.max(suspect.lockedUntil, now + message.lockedMs());
      suspect.failures.clear();
    }
  }

  /** Messages may have been missed: for a while Redis is read about everybody. */
  public synchronized void missedMessages() {
    blindSince = clock.millis();
  }

  /** How long the address is still locked out as far as is known here, in milliseconds, or 0. */
  synchronized long waitMs(String subject) {
    Suspect suspect = suspects.get(subject);
    return suspect == null ? 0 : Math.max(0, suspect.lockedUntil - clock.millis());
  }

  /** Whether the address may be locked out without this instance knowing. */
  synchronized boolean isSuspect(String subject, RateLimitSettings limits) {
    long now = clock.millis();
    if (now < blindSince + limits.memoryMs()) {
      return true;
    }
    Suspect suspect = suspects.get(subject);
    return suspect != null && now < suspect.until;
  }

  /** Remembers a wrong secret. */
  synchronized void wrong(String subject, RateLimitSettings limits) {
    Suspect suspect = suspect(subject);
    long now = clock.millis();
    suspect.until = Math.max(suspect.until, now + limits.memoryMs());
    suspect.failures.addLast(now);
    while (suspect.failures.size() > limits.maxAttempts()) {
      suspect.failures.removeFirst();
    }
  }

  /** Decides about a remembered wrong secret in place of Redis. */
  synchronized AttemptOutcome judge(String subject, RateLimitSettings limits) {
    Suspect suspect = suspect(subject);
    long now = clock.millis();
    if (now < suspect.lockedUntil) {
      return new AttemptOutcome(suspect.lockedUntil - now, 0);
    }
    Long oldest = suspect.failures.peekFirst();
    boolean full = suspect.failures.size() >= limits.maxAttempts();
    if (!full || oldest == null || now - oldest >= limits.windowMs()) {
      return AttemptOutcome.COUNTED;
    }
    suspect.failures.clear();
    suspect.lockedUntil = now + limits.lockoutMs();
    return new AttemptOutcome(0, limits.lockoutMs());
  }

  private Suspect suspect(String subject) {
    Suspect known = suspects.get(subject);
    if (known != null) {
      return known;
    }
    if (suspects.size() >= CAPACITY) {
      forgetEldest();
    }
    Suspect made = new Suspect();
    suspects.put(subject, made);
    return made;
  }

  /** Whoever is forgotten too early must not profit from it. */
  private void forgetEldest() {
    Iterator<Suspect> eldest = suspects.values().iterator();
    long now = clock.millis();
    if (now < eldest.next().until) {
      blindSince = now;
    }
    eldest.remove();
  }
}
