package dev.krabkrab.gateway.platform.config;

import java.util.Locale;
import java.util.Map;

/**
 * What one instance takes on before it says no. Every limit is for this instance alone.
 *
 * @param connections {@code gateway.limits.connections}: clients at a time that were let in, 1 to 1
 *     000 000; default 10 000. Beyond it a client is told to try again later
 * @param connectionsPerDevice {@code gateway.limits.connectionsPerDevice}: sockets of one device, 1
 *     to 100 000; default 64
 * @param handshakes {@code gateway.limits.handshakes}: handshakes that are worked on at a time, 1
 *     to 10 000; default 64
 * @param handshakesWaiting {@code gateway.limits.handshakesWaiting}: connect requests that wait for
 *     their turn, 0 to 100 000; default 2 000
 * @param requestsInFlight {@code gateway.limits.requestsInFlight}: unanswered requests of one
 *     connection, 16 to 100 000; default 1 000
 * @param pendingApprovalsPerDevice {@code gateway.limits.pendingApprovalsPerDevice}: undecided
 *     approvals that one device asked for over this instance, 1 to 100 000; default 1 000
 * @param pendingApprovalKilobytesPerDevice {@code
 *     gateway.limits.pendingApprovalKilobytesPerDevice}: kilobytes of these approvals, 64 to 100
 *     000; default 512
 * @param pendingApprovalsPerConnection {@code gateway.limits.pendingApprovalsPerConnection}:
 *     approvals that one connection waits for, 1 to 100 000; default 100
 * @param pendingInvokesPerCaller {@code gateway.limits.pendingInvokesPerCaller}: invokes of nodes
 *     that one connection waits for, wherever the nodes are, 1 to 100 000; default 1 000
 * @param chatSubscriptionsPerNode {@code gateway.limits.chatSubscriptionsPerNode}: conversations
 *     that one node follows, 1 to 100 000; default 1 000
 * @param outboxMegabytes {@code gateway.limits.outboxMegabytes}: what waits for slow clients
 *     together, in MiB, 1 to 100 000; default a quarter of the largest heap, at least 16
 * @param plain what sockets may take over which nobody was let in
 */
public record LimitSettings(
    int connections,
    int connectionsPerDevice,
    int handshakes,
    int handshakesWaiting,
    int requestsInFlight,
    int pendingApprovalsPerDevice,
    int pendingApprovalKilobytesPerDevice,
    int pendingApprovalsPerConnection,
    int pendingInvokesPerCaller,
    int chatSubscriptionsPerNode,
    int outboxMegabytes,
    PlainSettings plain) {
  private static final long MEBIBYTE = 1024L * 1024;
  private static final int HEAP_SHARE = 4;
  private static final int LEAST_OUTBOX = 16;
  private static final int MOST = 100_000;

  /** What an instance takes on that is told nothing. */
  public static final LimitSettings DEFAULTS =
      new LimitSettings(
          10_000,
          64,
          64,
          2_000,
          1_000,
          1_000,
          512,
          100,
          1_000,
          1_000,
          shareOfHeap(),
          PlainSettings.DEFAULTS);

  static LimitSettings load(Sources from) {
    return new LimitSettings(
        limit(from, "connections", DEFAULTS.connections, 1, 1_000_000),
        limit(from, "connectionsPerDevice", DEFAULTS.connectionsPerDevice, 1, MOST),
        limit(from, "handshakes", DEFAULTS.handshakes, 1, 10_000),
        limit(from, "handshakesWaiting", DEFAULTS.handshakesWaiting, 0, MOST),
        limit(from, "requestsInFlight", DEFAULTS.requestsInFlight, 16, MOST),
        limit(from, "pendingApprovalsPerDevice", DEFAULTS.pendingApprovalsPerDevice, 1, MOST),
        limit(
            from,
            "pendingApprovalKilobytesPerDevice",
            DEFAULTS.pendingApprovalKilobytesPerDevice,
            64,
            MOST),
        limit(
            from, "pendingApprovalsPerConnection", DEFAULTS.pendingApprovalsPerConnection, 1, MOST),
        limit(from, "pendingInvokesPerCaller", DEFAULTS.pendingInvokesPerCaller, 1, MOST),
        limit(from, "chatSubscriptionsPerNode", DEFAULTS.chatSubscriptionsPerNode, 1, MOST),
        limit(from, "outboxMegabytes", DEFAULTS.outboxMegabytes, 1, MOST),
        PlainSettings.load(from));
  }

  /** The bytes that may wait for slow clients together. */
  public long outboxBytes() {
    return outboxMegabytes * MEBIBYTE;
  }

  /** Each limit that is a number of things, under the name it has in {@code gateway.limits}. */
  public Map<String, Integer> byName() {
    return Map.ofEntries(
        Map.entry("connections", connections),
        Map.entry("connectionsPerDevice", connectionsPerDevice),
        Map.entry("handshakes", handshakes),
        Map.entry("handshakesWaiting", handshakesWaiting),
        Map.entry("requestsInFlight", requestsInFlight),
        Map.entry("pendingApprovalsPerDevice", pendingApprovalsPerDevice),
        Map.entry("pendingApprovalKilobytesPerDevice", pendingApprovalKilobytesPerDevice),
        Map.entry("pendingApprovalsPerConnection", pendingApprovalsPerConnection),
        Map.entry("pendingInvokesPerCaller", pendingInvokesPerCaller),
        Map.entry("chatSubscriptionsPerNode", chatSubscriptionsPerNode),
        Map.entry("outboxMegabytes", outboxMegabytes),
        Map.entry("plainSockets", plain.sockets()),
        Map.entry("plainSocketsPerAddress", plain.socketsPerAddress()),
        Map.entry("bodyMegabytes", plain.bodyMegabytes()));
  }

  static int limit(Sources from, String name, int otherwise, int least, int most) {
    String variable =
        "KRABKRAB_LIMIT_" + name.replaceAll("(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    return from.find("gateway.limits." + name, null, variable).integer(otherwise, least, most);
  }

  private static int shareOfHeap() {
    return (int) Math.max(LEAST_OUTBOX, Runtime.getRuntime().maxMemory() / HEAP_SHARE / MEBIBYTE);
  }
}
