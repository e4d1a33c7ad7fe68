package dev.krabkrab.gateway.failure;

import dev.krabkrab.gateway.failure.RedisProxy.Way;
import java.time.Duration;
import java.util.Random;

/** What may break for a while, and how it is put right. */
enum Fault {
  KILL,
  TERMINATE,
  SUSPEND,
  DROP,
  HALF_OPEN,
  DELAY,
  CUT,
  REDIS_RESTART,
  REDIS_HANGS;

  private static final int SHORTEST_MS = 300;
  private static final int LONGEST_MS = 2_500;
  private static final Duration DRAINED = Duration.ofSeconds(12);

  /** The next of a schedule: fault, victim, direction and time follow from the random numbers. */
  static Step next(Random random, int instances) {
    return new Step(
        values()[random.nextInt(values().length)],
        random.nextInt(instances),
        Way.values()[random.nextInt(2)],
        Duration.ofMillis(SHORTEST_MS + random.nextInt(LONGEST_MS - SHORTEST_MS)),
        Duration.ofMillis(200 + random.nextInt(1_300)));
  }

  /** One fault of a schedule, and the quiet time after it. */
  record Step(Fault fault, int victim, Way way, Duration lasts, Duration quiet) {

    /** Breaks something, waits, puts it right, waits. */
    void play(FaultyCluster cluster) {
      begin(cluster);
      FaultyCluster.last(lasts);
      end(cluster);
      FaultyCluster.last(quiet);
    }

    private void begin(FaultyCluster cluster) {
      switch (fault) {
        case KILL -> cluster.gateways().kill(victim);
        case TERMINATE -> cluster.gateways().terminate(victim);
        case SUSPEND -> cluster.gateways().suspend(victim);
        case DROP -> cluster.network(victim).drop();
        case HALF_OPEN -> cluster.network(victim).drop(way);
        case DELAY -> cluster.network(victim).delay(lasts.dividedBy(2));
        case CUT -> cluster.network(victim).cut();
        case REDIS_RESTART -> cluster.redis().stop();
        case REDIS_HANGS -> cluster.redis().pause();
      }
    }

    private void end(FaultyCluster cluster) {
      switch (fault) {
        case KILL -> cluster.heal();
        case TERMINATE -> {
          if (!cluster.gateways().awaitEnd(victim, DRAINED)) {
            throw new AssertionError("instance " + victim + " does not end");
          }
          cluster.heal();
        }
        case SUSPEND -> cluster.gateways().resume(victim);
        case DROP, HALF_OPEN, DELAY, CUT -> cluster.network(victim).pass();
        case REDIS_RESTART -> cluster.redis().start();
        case REDIS_HANGS -> cluster.redis().resume();
      }
    }
  }
}
