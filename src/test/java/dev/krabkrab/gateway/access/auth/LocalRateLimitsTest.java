package dev.krabkrab.gateway.access.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LocalRateLimitsTest {
  private static final RateLimitSettings LIMITS = new RateLimitSettings(3, 1000, 5000, true);
  private static final String EVE = "203.0.113.7";

  private long now = 1_000_000;
  private final LocalRateLimits memory = new LocalRateLimits(() -> Instant.ofEpochMilli(now));

  @Test
  void theLastFailureOfTheBudgetLocksOutAndTheNextIsRefused() {
    assertThat(wrong(EVE)).isEqualTo(AttemptOutcome.COUNTED);
    assertThat(wrong(EVE)).isEqualTo(AttemptOutcome.COUNTED);
    assertThat(wrong(EVE)).isEqualTo(new AttemptOutcome(0, 5000));

    now += 100;
    assertThat(wrong(EVE)).isEqualTo(new AttemptOutcome(4900, 0));
    assertThat(memory.waitMs(EVE)).isEqualTo(4900);
    assertThat(wrong("203.0.113.8")).isEqualTo(AttemptOutcome.COUNTED);
  }

  @Test
  void theWindowSlides() {
    for (int i = 0; i < 20; i++) {
      assertThat(wrong(EVE)).isEqualTo(AttemptOutcome.COUNTED);
      now += 500;
    }
    assertThat(wrong(EVE)).isEqualTo(AttemptOutcome.COUNTED);
    now += 499;
    assertThat(wrong(EVE)).isEqualTo(new AttemptOutcome(0, 5000));
  }

  @Test
  void aLockOutEndsWithAFreshBudget() {
    for (int i = 0; i < 3; i++) {
      wrong(EVE);
    }
    now += 5000;

    assertThat(memory.waitMs(EVE)).isZero();
    assertThat(wrong(EVE)).isEqualTo(AttemptOutcome.COUNTED);
    assertThat(wrong(EVE)).isEqualTo(AttemptOutcome.COUNTED);
    assertThat(wrong(EVE)).isEqualTo(new AttemptOutcome(0, 5000));
  }

  @Test
  void anAddressIsSuspectAsLongAsAFailureMatters() {
    seeAgain();
    assertThat(memory.isSuspect(EVE, LIMITS)).isFalse();

    memory.wrong(EVE, LIMITS);
    assertThat(memory.isSuspect(EVE, LIMITS)).isTrue();
    assertThat(memory.isSuspect("203.0.113.8", LIMITS)).isFalse();
    now += 6000;
    assertThat(memory.isSuspect(EVE, LIMITS)).isFalse();
  }

  @Test
  void newsOfOthersMakeSuspectOrLockOut() {
    seeAgain();
    memory.received(new RateLimitMessage(EVE, 6000, 0));
    assertThat(memory.isSuspect(EVE, LIMITS)).isTrue();
    assertThat(memory.waitMs(EVE)).isZero();

    memory.received(new RateLimitMessage(EVE, 6000, 5000));
    assertThat(memory.waitMs(EVE)).isEqualTo(5000);
  }

  @Test
  void everybodyIsSuspectWhileNewsMayHaveBeenMissed() {
    assertThat(memory.isSuspect(EVE, LIMITS)).isTrue();
    seeAgain();
    assertThat(memory.isSuspect(EVE, LIMITS)).isFalse();
    memory.missedMessages();
    assertThat(memory.isSuspect(EVE, LIMITS)).isTrue();
  }

  @Test
  void aFullMemoryForgetsTheEldestAndAsksAboutEverybody() {
    seeAgain();
    memory.received(new RateLimitMessage(EVE, 6000, 5000));
    for (int i = 1; i < LocalRateLimits.CAPACITY; i++) {
      memory.wrong("s" + i, LIMITS);
    }
    assertThat(memory.waitMs(EVE)).isEqualTo(5000);
    assertThat(memory.isSuspect("stranger", LIMITS)).isFalse();

    // The look at it just now made another one the eldest.
    memory.wrong("one more", LIMITS);
    assertThat(memory.waitMs(EVE)).isEqualTo(5000);
    assertThat(memory.isSuspect("s1", LIMITS)).isTrue();
    assertThat(memory.isSuspect("stranger", LIMITS)).isTrue();
  }

  @Test
  void addressesAreCountedByNetworkWhereTheClientPicksTheRest() {
    assertThat(RateLimitSubject.of("203.0.113.7")).isEqualTo("203.0.113.7");
    assertThat(RateLimitSubject.of("2001:db8:1:2:3:4:5:6"))
        .isEqualTo("2001:db8:1:2::/64")
        .isEqualTo(RateLimitSubject.of("2001:0db8:1:2::1"));
    assertThat(RateLimitSubject.of("2001:db8:1:3::1")).isNotEqualTo("2001:db8:1:2::/64");
    assertThat(RateLimitSubject.of("not } an address")).isEqualTo("unknown");
  }

  private AttemptOutcome wrong(String subject) {
    memory.wrong(subject, LIMITS);
    return memory.judge(subject, LIMITS);
  }

  private void seeAgain() {
    now += LIMITS.memoryMs();
  }
}
