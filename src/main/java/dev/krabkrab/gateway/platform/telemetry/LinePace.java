package dev.krabkrab.gateway.platform.telemetry;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the log lines of one kind in a minute, in all and about one device or address, so that
 * nobody fills a log by what he makes happen. What is left out is counted. Safe from any thread.
 */
public final class LinePace {
  private static final long MINUTE_MS = 60_000;

  private final int most;
  private final int mostOfOne;
  private final InstantSource clock;

  /** No longer than {@link #most}: whoever is left out is not in it. */
  private final Map<String, Integer> lines = new HashMap<>();

  private long begunMs;
  private int written;
  private long leftOut;

  /**
   * @param most lines in a minute
   * @param mostOfOne of them about the same
   */
  public LinePace(int most, int mostOfOne, InstantSource clock) {
    this.most = most;
    this.mostOfOne = mostOfOne;
    this.clock = clock;
  }

  /** Whether a line about that one is written; otherwise it is counted. */
  public synchronized boolean take(String one) {
    long now = clock.millis();
    if (now - begunMs >= MINUTE_MS || now < begunMs) {
      begunMs = now;
      written = 0;
      lines.clear();
    }
    if (written >= most || lines.getOrDefault(one, 0) >= mostOfOne) {
      leftOut++;
      return false;
    }
    written++;
    lines.merge(one, 1, Integer::sum);
    return true;
  }

  /** How many lines were left out since this was asked last. */
  public synchronized long leftOut() {
    long count = leftOut;
    leftOut = 0;
    return count;
  }
}
