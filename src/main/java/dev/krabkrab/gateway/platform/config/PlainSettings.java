package dev.krabkrab.gateway.platform.config;

/**
 * What the sockets of one instance may take over which nobody was let in: those that are no
 * WebSocket, and WebSockets until the end of their handshake.
 *
 * @param sockets {@code gateway.limits.plainSockets}: such sockets at a time, 16 to 1 000 000;
 *     default one for each 40 KiB of the largest heap, 1 000 to 10 000. Beyond it the one that
 *     waits longest makes room, or the new one is ended at once
 * @param socketsPerAddress {@code gateway.limits.plainSocketsPerAddress}: such sockets of one
 *     address, or one IPv6 network, that is neither this host nor a trusted proxy, and WebSockets
 *     of one client behind such a proxy, 1 to 1 000 000; default a quarter of that
 * @param bodyMegabytes {@code gateway.limits.bodyMegabytes}: what the bodies of all requests in
 *     flight take together, in MiB, 1 to 100 000; default a sixteenth of the largest heap, at least
 *     8
 * @param headerTimeoutMs {@code gateway.limits.headerTimeoutMs}: from the socket to the end of its
 *     first request's head, and the same for the handshake of TLS, 100 to 3 600 000; default 10 000
 * @param keepAliveTimeoutMs {@code gateway.limits.keepAliveTimeoutMs}: from an answer to the end of
 *     the next request's head, 100 to 3 600 000; default 15 000
 * @param bodyTimeoutMs {@code gateway.limits.bodyTimeoutMs}: from the head of a request to the end
 *     of its body, 100 to 3 600 000; default 60 000
 */
public record PlainSettings(
    int sockets,
    int socketsPerAddress,
    int bodyMegabytes,
    int headerTimeoutMs,
    int keepAliveTimeoutMs,
    int bodyTimeoutMs) {
  private static final long MEBIBYTE = 1024L * 1024;
  private static final int FOR_EACH = 40 * 1024;
  private static final int HEAP_SHARE = 16;
  private static final int LEAST_BODIES = 8;
  private static final int HOUR_MS = 3_600_000;
  private static final int SHARE_OF_ADDRESS = 4;

  /** What an instance takes that is told nothing. */
  static final PlainSettings DEFAULTS = defaults();

  private static PlainSettings defaults() {
    long heap = Runtime.getRuntime().maxMemory();
    int sockets = Math.clamp(heap / FOR_EACH, 1_000, 10_000);
    int bodies = (int) Math.max(LEAST_BODIES, heap / HEAP_SHARE / MEBIBYTE);
    return new PlainSettings(sockets, sockets / SHARE_OF_ADDRESS, bodies, 10_000, 15_000, 60_000);
  }

  static PlainSettings load(Sources from) {
    int sockets = LimitSettings.limit(from, "plainSockets", DEFAULTS.sockets, 16, 1_000_000);
    return new PlainSettings(
        sockets,
        LimitSettings.limit(
            from, "plainSocketsPerAddress", sockets / SHARE_OF_ADDRESS, 1, 1_000_000),
        LimitSettings.limit(from, "bodyMegabytes", DEFAULTS.bodyMegabytes, 1, 100_000),
        LimitSettings.limit(from, "headerTimeoutMs", DEFAULTS.headerTimeoutMs, 100, HOUR_MS),
        LimitSettings.limit(from, "keepAliveTimeoutMs", DEFAULTS.keepAliveTimeoutMs, 100, HOUR_MS),
        LimitSettings.limit(from, "bodyTimeoutMs", DEFAULTS.bodyTimeoutMs, 100, HOUR_MS));
  }

  /** The bytes that all bodies in flight may take together. */
  public long bodyBytes() {
    return bodyMegabytes * MEBIBYTE;
  }
}
