package dev.krabkrab.gateway.metrics;

import dev.krabkrab.gateway.approvals.ApprovalMetrics;
import dev.krabkrab.gateway.audit.AuditMetrics;
import dev.krabkrab.gateway.channels.ChannelMetrics;
import dev.krabkrab.gateway.cluster.BackplaneMetrics;
import dev.krabkrab.gateway.cron.CronMetrics;
import dev.krabkrab.gateway.handshake.HandshakeMetrics;
import dev.krabkrab.gateway.heartbeat.HeartbeatMetrics;
import dev.krabkrab.gateway.nodes.InvokeMetrics;
import dev.krabkrab.gateway.redis.RedisMetrics;
import dev.krabkrab.gateway.rpc.CallMetrics;
import dev.krabkrab.gateway.transport.SocketMetrics;

/** What the rooms tell of what they do, one instrument for each room. */
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
