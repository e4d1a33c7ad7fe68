package dev.krabkrab.gateway.platform.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;

/** Pings the peer of one socket and notices when it stays silent. For the socket's event loop. */
final class KeepAlive {
  private final ChannelHandlerContext pipelineEnd;
  private boolean outstanding;

  KeepAlive(ChannelHandlerContext pipelineEnd) {
    this.pipelineEnd = pipelineEnd;
  }

  /** Something came from the peer, which is alive therefore. */
  void received() {
    outstanding = false;
  }

  /**
   * Sends a ping.
   *
   * @param readPaused whether the socket is not read now, so that an answer may wait in it
   * @return false when the last ping is still unanswered, and nothing was sent
   */
  boolean ping(boolean readPaused) {
    if (outstanding && !readPaused) {
      return false;
    }
    outstanding = true;
    pipelineEnd.writeAndFlush(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER));
    return true;
  }
}
