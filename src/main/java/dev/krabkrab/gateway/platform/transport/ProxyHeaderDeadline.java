package dev.krabkrab.gateway.platform.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a socket whose header of the PROXY protocol is not whole in time. Vert.x only bounds the
 * time in which nothing comes, which one byte now and then makes endless.
 */
final class ProxyHeaderDeadline extends ChannelInboundHandlerAdapter {
  private final long timeoutMs;
  private final SocketMetrics metrics;
  private @Nullable ScheduledFuture<?> due;

  ProxyHeaderDeadline(long timeoutMs, SocketMetrics metrics) {
    this.timeoutMs = timeoutMs;
    this.metrics = metrics;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    due = context.executor().schedule(() -> look(context), timeoutMs, TimeUnit.MILLISECONDS);
    context.fireChannelActive();
  }

  private void look(ChannelHandlerContext context) {
    if (context.isRemoved()) {
      return;
    }
    boolean late = context.pipeline().get(HAProxyMessageDecoder.class) != null;
    context.pipeline().remove(this);
    if (late) {
      metrics.cut(SocketMetrics.Cut.HEADER_TIMEOUT);
      SocketGate.cut(context.channel());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (due != null) {
      due.cancel(false);
    }
    context.fireChannelInactive();
  }
}
