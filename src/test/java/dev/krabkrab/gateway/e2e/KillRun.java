package dev.krabkrab.gateway.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rounds of one kill each, with a schedule that follows from the round's seed. {@code -Dkills=100}
 * sets their number, {@code -Dseed=7} repeats a single one.
 */
final class KillRun implements AutoCloseable {
  private static final int DEFAULT_KILLS = 12;

  /** A run that nobody sized ends early on a busy machine. */
  private static final Duration DEFAULT_BUDGET = Duration.ofSeconds(70);

  private final String name;
  private final GatewayProcesses gateways = GatewayProcesses.start(3);
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final Map<String, List<Long>> figures = Collections.synchronizedMap(new TreeMap<>());
  private final Map<String, Integer> outcomes = Collections.synchronizedMap(new TreeMap<>());

  /** What happens in one round. */
  interface Round {
    void play(long seed, Random random) throws Exception;
  }

  KillRun(String name) {
    this.name = name;
  }

  GatewayProcesses gateways() {
    return gateways;
  }

  /** Plays all rounds and returns what went wrong, by seed. */
  Map<Long, Throwable> play(Round round) {
    Map<Long, Throwable> failures = new HashMap<>();
    String only = System.getProperty("seed");
    long first = only == null ? 1 : Long.parseLong(only);
    int kills = only == null ? Integer.getInteger("kills", DEFAULT_KILLS) : 1;
    boolean sized = only != null || System.getProperty("kills") != null;
    long startedAt = System.nanoTime();
    int played = 0;
    for (long seed = first; seed < first + kills; seed++) {
      if (!sized && System.nanoTime() - startedAt > DEFAULT_BUDGET.toNanos()) {
        break;
      }
      gateways.repair();
      played++;
      try {
        round.play(seed, new Random(seed * 7919));
      } catch (Exception | AssertionError e) {
        failures.put(seed, e);
        System.out.println(name + ": -Dseed=" + seed + " fails: " + e + "\n" + gateways.logs());
      }
    }
    System.out.println(
        name + ": " + played + " kills, " + failures.size() + " failures\n" + text());
    return failures;
  }

  /** Does something later; a schedule is what these tests are made of. */
  void after(long micros, Runnable action) {
    timer.schedule(action, micros, TimeUnit.MICROSECONDS);
  }

  /** Notes a duration since a moment of {@link System#nanoTime}. */
  void took(String what, long sinceNanos) {
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
    figures.computeIfAbsent(what, key -> Collections.synchronizedList(new ArrayList<>())).add(ms);
  }

  void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  /** The next instance after one that is gone, round robin. */
  int next(int instance, @Nullable Integer victim) {
    int next = (instance + 1) % gateways.size();
    return victim != null && next == victim ? (next + 1) % gateways.size() : next;
  }

  static List<Integer> shuffled(Random random) {
    List<Integer> places = new ArrayList<>(List.of(0, 1, 2));
    Collections.shuffle(places, random);
    return places;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    gateways.close();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    outcomes.forEach((key, count) -> text.append("  %-60s %d%n".formatted(key, count)));
    figures.forEach((key, all) -> text.append("  %-60s %s%n".formatted(key, spread(all))));
    return text.toString();
  }

  private static String spread(List<Long> all) {
    long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
    return Arrays.stream(new double[] {0, 0.5, 0.9, 0.99, 1})
        .mapToObj(
            part -> Long.toString(sorted[(int) Math.min(sorted.length - 1, part * sorted.length)]))
        .collect(Collectors.joining(" / ", "min/p50/p90/p99/max ", " ms, n=" + sorted.length));
  }
}
