package dev.krabkrab.gateway.cli.bench;

/** When operations begin. */
public sealed interface Pace {
  /**
   * As many at a time, the next when one ends.
   *
   * @param concurrency at least 1
   */
  record Closed(int concurrency) implements Pace {}

  /**
   * So many a second whatever happened to those before, timed from when each had to begin.
   *
   * @param perSecond at least 1
   */
  record Open(int perSecond) implements Pace {}
}
