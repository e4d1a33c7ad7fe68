package dev.krabkrab.gateway.platform.transport;

/**
 * How long plain sockets may take.
 *
 * @param headerTimeoutMs from the socket to the end of its first request's head; also for TLS
 * @param keepAliveTimeoutMs from an answer to the end of the next request's head
 * @param bodyTimeoutMs from the head of a request to the end of its body
 */
public record PlainLimits(long headerTimeoutMs, long keepAliveTimeoutMs, long bodyTimeoutMs) {
  /** What an instance allows without settings. */
  public static final PlainLimits DEFAULTS = new PlainLimits(10_000, 15_000, 60_000);
}
