package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.failure.History.Entry;
import dev.krabkrab.gateway.redis.RedisProcess;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A random schedule of faults while everybody works. {@code -Dchaos.seed=7} plays the schedule of a
 * seed again, {@code -Dchaos.steps=200} a longer one.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class ChaosIT {
  private static final int DEFAULT_STEPS = 16;

  @Test
  void nothingIsLostOrInventedOrDoneTwiceWhateverBreaks() throws Exception {
    long seed = Long.getLong("chaos.seed", System.currentTimeMillis() % 1_000_000);
    int steps = Integer.getInteger("chaos.steps", DEFAULT_STEPS);
    String replay = "-Dchaos.seed=%d -Dchaos.steps=%d".formatted(seed, steps);
    System.out.println("chaos: " + replay);
    Random random = new Random(seed);
    History history = new History();
    try (FaultyCluster cluster = FaultyCluster.start(3, RedisProcess.startDurable());
        ChaosCrew crew = new ChaosCrew(cluster.gateways(), history)) {
      for (int i = 0; i < steps; i++) {
        Fault.Step step = Fault.next(random, cluster.gateways().size());
        System.out.println("chaos: " + step);
        step.play(cluster);
      }
      crew.finish();
      List<String> violations = HistoryChecker.violations(history.entries());
      System.out.printf(
          "chaos: %d approvals decided, %d invokes answered, %d notes, violations: %s%n",
          crew.decided(), crew.invoked(), history.entries().size(), violations);
      assertThat(violations).as("%s%n%s", replay, cluster.gateways().logs()).isEmpty();
      assertThat(crew.decided()).as(replay).isGreaterThan(steps);
      assertThat(history.entries())
          .as("runs that were allowed once: %s", replay)
          .anyMatch(note -> note instanceof Entry.Handed handed && handed.key().startsWith("a"));
      assertThat(crew.invoked()).as(replay).isGreaterThan(steps);
    }
  }
}
