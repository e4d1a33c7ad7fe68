package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Peers that are gone without a word, as behind a proxy that fell asleep. Protocol 01a §13, 05 §7.
 */
class SilentPeerIT {
  /** A ping at a random second of 25, and the next one 25 seconds later. */
  private static final Duration TWO_PINGS = Duration.ofSeconds(75);

  @Test
  void whoDoesNotAnswerAPingIsCutOffBeforeTheNextButOneAndOthersStay() {
    try (Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);
        Peer gone = cluster.admin(0);
        Peer alive = cluster.admin(0);
        Peer elsewhere = cluster.admin(1)) {
      int answered = gone.socket().neverAnswerPing();

      await()
          .atMost(TWO_PINGS)
          .until(
              () -> {
                gone.take(100);
                return gone.isClosed();
              });
      assertThat(gone.closed().code()).isEqualTo(1006);
      assertThat(gone.socket().pings() - answered).isEqualTo(1);
      await().atMost(TWO_PINGS).until(() -> alive.socket().pings() > 1);
      alive.ok("health", "{}");
      elsewhere.ok("health", "{}");
      assertThat(elsewhere.socket().pings()).isPositive();
    }
  }
}
