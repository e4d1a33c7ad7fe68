package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.failure.History.Entry;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.WatchedRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A random schedule of faults while everybody works. {@code -Dchaos.seed=7} plays the schedule of a
 * seed again, {@code -Dchaos.steps=200} a longer one.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class ChaosIT {

  private final ModelServer models = new ModelServer();
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    models.close();
  }

  private Map<String, String> environment() throws IOException {
    return GatewayProcesses.configured(folder, models.document("asked"));
  }

  @Test
  void nothingIsLostOrInventedOrDoneTwiceWhateverBreaks() throws Exception {
    Run run = Run.of("chaos", 16);
    try (FaultyCluster cluster =
        FaultyCluster.start(3, RedisProcess.startDurable(), environment())) {
      run.play(cluster, Fault.OF_ONE_REDIS, Fault.OF_ONE_REDIS, Duration.ofSeconds(20));
    }
  }

  /** Until an old master follows the new one there is no replica, and nothing is decided. */
  @Test
  void nothingThatWasAnsweredIsLostWhenReplicasTakeOver() throws Exception {
    int replicas = Integer.getInteger("chaos.replicas", 1);
    Run run = Run.of("chaos with sentinels", 4);
    try (FaultyCluster cluster =
        FaultyCluster.start(3, WatchedRedis.start(replicas), environment())) {
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
      try (ChaosCrew crew = new ChaosCrew(cluster.gateways(), history, trouble);
          ChaosTalk talk = new ChaosTalk(cluster.gateways(), history, trouble)) {
        for (int i = 0; i < steps; i++) {
          Fault.Step step = Fault.next(random, i == 0 ? first : later, cluster.gateways().size());
          System.out.println(name + ": " + step);
          step.play(cluster);
        }
        crew.finish();
        talk.finish();
        check(cluster, crew, talk, history);
      }
    }

    private void check(FaultyCluster cluster, ChaosCrew crew, ChaosTalk talk, History history) {
      List<String> violations = new ArrayList<>(HistoryChecker.violations(history.entries()));
      violations.addAll(RunChecker.violations(history.entries()));
      System.out.printf(
          "%s: %d approvals decided, %d invokes answered, %d runs, %d notes, violations: %s%n",
          name,
          crew.decided(),
          crew.invoked(),
          talk.answered(),
          history.entries().size(),
          violations);
      assertThat(violations).as("%s%n%s", replay(), cluster.gateways().logs()).isEmpty();
      assertThat(crew.decided()).as(replay()).isGreaterThan(steps);
      assertThat(history.entries())
          .as("runs that were allowed once: %s", replay())
          .anyMatch(note -> note instanceof Entry.Handed handed && handed.key().startsWith("a"));
      // Behind an instance that is killed their session rests for a lease: a short schedule long.
      assertThat(talk.answered()).as(replay()).isPositive();
      assertThat(crew.invoked()).as(replay()).isGreaterThan(steps);
    }
  }
}
