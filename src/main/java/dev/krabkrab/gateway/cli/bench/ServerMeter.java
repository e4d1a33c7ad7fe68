package dev.krabkrab.gateway.cli.bench;

/** What the gateway's processes have used so far. Any thread, one at a time. */
public interface ServerMeter {

  /**
   * The sum over all processes.
   *
   * @param cpuNanos processor time since their start
   * @param memoryBytes memory they hold now
   */
  record Usage(long cpuNanos, long memoryBytes) {}

  /**
   * Reads it now.
   *
   * @throws BenchException when it cannot be read
   */
  Usage read();

  /**
   * Whether it can be read.
   *
   * @throws BenchException when it cannot
   */
  default void check() {
    if (read().cpuNanos() < 0) {
      throw new BenchException(BenchException.Kind.LOCAL, "a gateway has negative processor time");
    }
  }

  /** Whether reading costs the gateway nothing, so that it may be done often. */
  boolean isFree();

  /** What the memory is, in a word or two. */
  String memory();
}
