package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.failure.History.Entry;
import dev.krabkrab.gateway.redis.RedisProcess;
import dev.krabkrab.gateway.redis.WatchedRedis;
import java.time.Duration;
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

  @Test
  void nothingIsLostOrInventedOrDoneTwiceWhateverBreaks() throws Exception {
    Run run = Run.of("chaos", 16);
    try (FaultyCluster cluster = FaultyCluster.start(3, RedisProcess.startDurable())) {
      run.play(cluster, Fault.OF_ONE_REDIS, Fault.OF_ONE_REDIS, Duration.ofSeconds(20));
    }
  }

  /** Until an old master follows the new one there is no replica, and nothing is decided. */
  @Test
  void nothingThatWasAnsweredIsLostWhenReplicasTakeOver() throws Exception {
    int replicas = Integer.getInteger("chaos.replicas", 1);
    Run run = Run.of("chaos with sentinels", 4);
    try (FaultyCluster cluster = FaultyCluster.start(3, WatchedRedis.start(replicas))) {
      run.play(cluster, Fault.OF_A_MASTER, Fault.OF_SENTINELS, Duration.ofSeconds(40));
      assertThat(cluster.watched().failOvers()).as(run.replay()).isPositive();
    }
  }

  private record Run(String name, long seed, int steps) {
    static Run of(String name, int steps) {
      long seed = Long.getLong("chaos.seed", System.currentTimeMillis() % 1_000_000);
      return new Run(name, seed, Integer.getInteger("chaos.steps", steps));
    }

    String replay() {
      return "-Dchaos.seed=%d -Dchaos.steps=%d".formatted(seed, steps);
    }

    void play(FaultyCluster cluster, List<Fault> first, List<Fault> later, Duration trouble)
        throws InterruptedException {
      System.out.println(name + ": " + replay());
      Random random = new Random(seed);
      History history = new History();
      cluster.warm();
      try (ChaosCrew crew = new ChaosCrew(cluster.gateways(), history, trouble)) {
        for (int i = 0; i < steps; i++) {
          Fault.Step step = Fault.next(random, i == 0 ? first : later, cluster.gateways().size());
          System.out.println(name + ": " + step);
          step.play(cluster);
        }
        crew.finish();
        check(cluster, crew, history);
      }
    }

    private void check(FaultyCluster cluster, ChaosCrew crew, History history) {
      List<String> violations = HistoryChecker.violations(history.entries());
      System.out.printf(
          "%s: %d approvals decided, %d invokes answered, %d notes, violations: %s%n",
          name, crew.decided(), crew.invoked(), history.entries().size(), violations);
      assertThat(violations).as("%s%n%s", replay(), cluster.gateways().logs()).isEmpty();
      assertThat(crew.decided()).as(replay()).isGreaterThan(steps);
      assertThat(history.entries())
          .as("runs that were allowed once: %s", replay())
          .anyMatch(note -> note instanceof Entry.Handed handed && handed.key().startsWith("a"));
      assertThat(crew.invoked()).as(replay()).isGreaterThan(steps);
    }
  }
}
