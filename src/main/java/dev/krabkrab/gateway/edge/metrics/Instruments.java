package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.access.audit.AuditMetrics;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics;
import dev.krabkrab.gateway.agent.cron.CronMetrics;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatMetrics;
import dev.krabkrab.gateway.channel.ChannelMetrics;
import dev.krabkrab.gateway.control.approvals.ApprovalMetrics;
import dev.krabkrab.gateway.control.nodes.InvokeMetrics;
import dev.krabkrab.gateway.platform.cluster.BackplaneMetrics;
import dev.krabkrab.gateway.platform.redis.RedisMetrics;
import dev.krabkrab.gateway.platform.rpc.CallMetrics;
import dev.krabkrab.gateway.platform.transport.SocketMetrics;

/** The instruments by which features count what they do, one for each. */
public record Instruments(
    CallMetrics calls,
    SocketMetrics sockets,
    HandshakeMetrics handshakes,
    ApprovalMetrics approvals,
    InvokeMetrics invokes,
    ChannelMetrics channels,
    CronMetrics cron,
    HeartbeatMetrics heartbeats,
    AuditMetrics audit,
    RedisMetrics redis,
    BackplaneMetrics backplane) {

  /** Nothing is counted. */
  public static final Instruments NONE =
      new Instruments(
          CallMetrics.NONE,
          SocketMetrics.NONE,
          HandshakeMetrics.NONE,
          ApprovalMetrics.NONE,
          InvokeMetrics.NONE,
          ChannelMetrics.NONE,
          CronMetrics.NONE,
          HeartbeatMetrics.NONE,
          AuditMetrics.NONE,
          RedisMetrics.NONE,
          BackplaneMetrics.NONE);
}
