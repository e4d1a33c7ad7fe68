package dev.krabkrab.gateway.transport;

import dev.krabkrab.gateway.protocol.CloseReason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;

/**
 * Turns a violated WebSocket rule into a close frame the client can read. Without it the socket is
 * cut with input unread, the peer sees a reset and never learns why. Protocol 01a §1.2.
 */
final class FrameGuard extends ChannelInboundHandlerAdapter {
  private final Connection connection;

  FrameGuard(Connection connection) {
    this.connection = connection;
  }

  /** Lets frames in up to the limit of who got in; the decoder was made with that of strangers. */
  static void admit(ChannelPipeline pipeline, int maxPayload) {
    pipeline.replace(
        WebSocketFrameDecoder.class,
        "frame-decoder",
        new WebSocket13FrameDecoder(
            WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(maxPayload)
                .allowExtensions(false)
                .closeOnProtocolViolation(false)
                .build()));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException broken) {
      WebSocketCloseStatus status = broken.closeStatus();
      connection.close(
          status.code() == CloseReason.TOO_BIG.code()
              ? connection.tooBig()
              : new CloseReason(status.code(), ""));
    } else {
      context.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      connection.onWritable();
    }
    context.fireChannelWritabilityChanged();
  }
}
