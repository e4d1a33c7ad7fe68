package dev.krabkrab.gateway.failure;

import dev.krabkrab.gateway.failure.RedisProxy.Way;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** What may break for a while, and how it is put right. */
enum Fault {
  KILL,
  TERMINATE,
  SUSPEND,
  /** An instance that was killed comes back with a clock that is a minute fast. */
  FAST_CLOCK,
  /** The same, a minute slow. */
  SLOW_CLOCK,
  DROP,
  HALF_OPEN,
  DELAY,
  CUT,
  REDIS_RESTART,
  REDIS_HANGS,
  MASTER_DIES,
  MASTER_HANGS,
  FAIL_OVER;

  /** Where all instances reach one Redis, each over a network of its own. */
  static final List<Fault> OF_ONE_REDIS = List.copyOf(EnumSet.range(KILL, REDIS_HANGS));

  /** Where sentinels watch a master: those that replace it. */
  static final List<Fault> OF_A_MASTER = List.of(MASTER_DIES, MASTER_HANGS, FAIL_OVER);

  /** Where sentinels watch a master. */
  static final List<Fault> OF_SENTINELS =
      List.of(MASTER_DIES, MASTER_HANGS, FAIL_OVER, KILL, SUSPEND, FAST_CLOCK, SLOW_CLOCK);

  private static final int SHORTEST_MS = 300;
  private static final int LONGEST_MS = 2_500;
  private static final Duration DRAINED = Duration.ofSeconds(40);
  private static final Duration SKEW = Duration.ofMinutes(1);

  /** The next of a schedule: fault, victim, direction and time follow from the random numbers. */
  static Step next(Random random, List<Fault> possible, int instances) {
    return new Step(
        possible.get(random.nextInt(possible.size())),
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
        case KILL, FAST_CLOCK, SLOW_CLOCK -> cluster.gateways().kill(victim);
        case TERMINATE -> cluster.gateways().terminate(victim);
        case SUSPEND -> cluster.gateways().suspend(victim);
        case DROP -> cluster.network(victim).drop();
        case HALF_OPEN -> cluster.network(victim).drop(way);
        case DELAY -> cluster.network(victim).delay(lasts.dividedBy(2));
        case CUT -> cluster.network(victim).cut();
        case REDIS_RESTART -> cluster.redis().stop();
        case REDIS_HANGS -> cluster.redis().pause();
        case MASTER_DIES -> cluster.watched().killMaster();
        case MASTER_HANGS -> cluster.watched().pauseMaster();
        case FAIL_OVER -> cluster.watched().failOver();
      }
    }

    private void end(FaultyCluster cluster) {
      switch (fault) {
        case KILL -> repair(cluster);
        case FAST_CLOCK -> restart(cluster, SKEW);
        case SLOW_CLOCK -> restart(cluster, SKEW.negated());
        case TERMINATE -> {
          if (!cluster.gateways().awaitEnd(victim, DRAINED)) {
            throw new AssertionError("instance " + victim + " does not end");
          }
          repair(cluster);
        }
        case SUSPEND -> cluster.gateways().resume(victim);
        case DROP, HALF_OPEN, DELAY, CUT -> cluster.network(victim).pass();
        case REDIS_RESTART -> cluster.redis().start();
        case REDIS_HANGS -> cluster.redis().resume();
        case MASTER_DIES, MASTER_HANGS, FAIL_OVER -> cluster.watched().settle();
      }
    }

    private void restart(FaultyCluster cluster, Duration skew) {
      cluster.gateways().restart(victim, skew);
      cluster.gateways().awaitAll();
      cluster.warm();
    }

    private static void repair(FaultyCluster cluster) {
      cluster.heal();
      cluster.warm();
    }
  }
}
