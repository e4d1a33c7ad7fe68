package dev.krabkrab.gateway.platform.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/** Reads frames up to a size, and tells how much it holds of one that is not whole. */
final class FrameDecoder extends WebSocket13FrameDecoder {
  private final Connection connection;

  FrameDecoder(Connection connection, int maxPayload) {
    super(
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(maxPayload)
            .allowExtensions(false)
            .closeOnProtocolViolation(false)
            .build());
    this.connection = connection;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    connection.reader().readComplete(actualReadableBytes());
    super.channelReadComplete(context);
  }
}
