package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.approvals.ApprovalUsage;
import dev.krabkrab.gateway.nodes.NodeUsage;
import dev.krabkrab.gateway.transport.Survey;
import io.vertx.core.Future;
import java.util.Map;

/**
 * Asks the rooms how much of each limit of {@code gateway.limits} is used. Of a limit for each
 * device or connection it is what the one with most of it has.
 */
final class LimitReadings {
  private static final double MEBIBYTE = 1024.0 * 1024;

  private final Core core;
  private final WorkerRooms.Opened rooms;
  private final HandshakeUsage handshakes;
  private final PlainRoom plain;

  LimitReadings(Core core, WorkerRooms.Opened rooms, HandshakeUsage handshakes, PlainRoom plain) {
    this.core = core;
    this.rooms = rooms;
    this.handshakes = handshakes;
    this.plain = plain;
  }

  /** By the name of the limit, in its unit. */
  Future<Map<String, Double>> used(Survey connections) {
    Future<HandshakeUsage.Count> shaking = handshakes.count();
    Future<ApprovalUsage> approvals = rooms.approvals().usage();
    Future<NodeUsage> nodes = rooms.nodes().usage();
    return Future.all(shaking, approvals, nodes)
        .map(all -> used(connections, shaking.result(), approvals.result(), nodes.result()));
  }

  private Map<String, Double> used(
      Survey connections, HandshakeUsage.Count shaking, ApprovalUsage approvals, NodeUsage nodes) {
    return Map.ofEntries(
        used("connections", core.connections().opened()),
        used("connectionsPerDevice", core.connections().mostOfDevice()),
        used("handshakes", shaking.working()),
        used("handshakesWaiting", shaking.waiting()),
        used("requestsInFlight", core.connections().mostInFlight()),
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
