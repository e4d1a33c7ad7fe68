package dev.krabkrab.gateway.platform.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Answers the pings of one connection, as many as its peer reads: while the socket takes nothing
 * more only the last ping is remembered, and whoever sends more than anybody needs is a flood. RFC
 * 6455 §5.5.2, 5.5.3. For the socket's event loop.
 */
final class ControlFrames {
  /** Pings and pongs a peer may save up, and those it gets for each second. */
  private static final int MOST = 120;

  private static final int PER_SECOND = 20;

  private double left = MOST;
  private long countedAtMs;
  private @Nullable ByteBuf unanswered;

  /**
   * Counts one.
   *
   * @return whether there are still fewer than would be a flood
   */
  boolean count(long nowMs) {
    double earned = Math.max(0, nowMs - countedAtMs) * PER_SECOND / 1_000.0;
    countedAtMs = nowMs;
    left = Math.min(MOST, left + earned) - 1;
    return left >= 0;
  }

  /** Answers a ping now, or as soon as the socket takes something again. */
  void ping(ChannelHandlerContext context, ByteBuf payload) {
    clear();
    if (context.channel().isWritable()) {
      context.writeAndFlush(new PongWebSocketFrame(payload));
    } else {
      unanswered = payload;
    }
  }

  /** The socket takes something again. */
  void writable(ChannelHandlerContext context) {
    ByteBuf payload = unanswered;
    if (payload != null) {
      unanswered = null;
      context.writeAndFlush(new PongWebSocketFrame(payload));
    }
  }

  void clear() {
    if (unanswered != null) {
      unanswered.release();
      unanswered = null;
    }
  }
}
