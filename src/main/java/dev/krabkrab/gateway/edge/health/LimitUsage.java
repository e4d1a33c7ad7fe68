package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.access.handshake.HandshakeUsage;
import dev.krabkrab.gateway.access.handshake.PlainSocketBounds;
import dev.krabkrab.gateway.control.approvals.ApprovalService;
import dev.krabkrab.gateway.control.approvals.ApprovalUsage;
import dev.krabkrab.gateway.control.nodes.NodeService;
import dev.krabkrab.gateway.control.nodes.NodeUsage;
import dev.krabkrab.gateway.platform.transport.ConnectionStats;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import io.vertx.core.Future;
import java.util.Map;

/**
 * Asks the verticles how much of each limit of {@code gateway.limits} is used. Of a limit for each
 * device or connection it is what the one with most of it has.
 */
public final class LimitUsage {
  private static final double MEBIBYTE = 1024.0 * 1024;

  private final LocalConnections connections;
  private final ApprovalService approvals;
  private final NodeService nodes;
  private final HandshakeUsage handshakes;
  private final PlainSocketBounds plain;

  public LimitUsage(
      LocalConnections connections,
      ApprovalService approvals,
      NodeService nodes,
      HandshakeUsage handshakes,
      PlainSocketBounds plain) {
    this.connections = connections;
    this.approvals = approvals;
    this.nodes = nodes;
    this.handshakes = handshakes;
    this.plain = plain;
  }

  /** By the name of the limit, in its unit. */
  public Future<Map<String, Double>> used(ConnectionStats connections) {
    Future<HandshakeUsage.Count> shaking = handshakes.count();
    Future<ApprovalUsage> approvals = this.approvals.usage();
    Future<NodeUsage> nodes = this.nodes.usage();
    return Future.all(shaking, approvals, nodes)
        .map(all -> used(connections, shaking.result(), approvals.result(), nodes.result()));
  }

  private Map<String, Double> used(
      ConnectionStats connections,
      HandshakeUsage.Count shaking,
      ApprovalUsage approvals,
      NodeUsage nodes) {
    return Map.ofEntries(
        used("connections", this.connections.count()),
        used("connectionsPerDevice", this.connections.mostOfDevice()),
        used("handshakes", shaking.working()),
        used("handshakesWaiting", shaking.waiting()),
        used("requestsInFlight", this.connections.mostInFlight()),
        used("pendingApprovalsPerDevice", approvals.mostOfDevice()),
        used("pendingApprovalKilobytesPerDevice", approvals.mostBytesOfDevice() / 1024.0),
        used("pendingApprovalsPerConnection", approvals.mostOfConnection()),
        used("pendingInvokesPerCaller", nodes.mostInvokesOfCaller()),
        used("chatSubscriptionsPerNode", nodes.mostSubscriptionsOfNode()),
        used("outboxMegabytes", connections.pendingBytes() / MEBIBYTE),
        used("plainSockets", plain.gate().open()),
        used("plainSocketsPerAddress", plain.gate().mostOfAddress()),
        used("bodyMegabytes", plain.bodies().taken() / MEBIBYTE));
  }

  private static Map.Entry<String, Double> used(String limit, double value) {
    return Map.entry(limit, value);
  }
}
