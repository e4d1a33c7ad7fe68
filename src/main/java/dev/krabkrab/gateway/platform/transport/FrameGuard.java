package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.time.InstantSource;

/**
 * Answers pings, counts frames, and turns a violated WebSocket rule into a close frame the client
 * can read. Without it the socket is cut with input unread, the peer sees a reset and never learns
 * why. Protocol 01a §1.2.
 */
final class FrameGuard extends ChannelInboundHandlerAdapter {
  /** Messages that may be read and not looked at yet, while the peer does not read its answers. */
  private static final int MOST_WAITING = 2_048;

  private final Connection connection;
  private final InstantSource clock;
  private final ControlFrames control = new ControlFrames();
  private int waiting;

  FrameGuard(Connection connection, InstantSource clock) {
    this.connection = connection;
    this.clock = clock;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (message) {
      case PingWebSocketFrame ping -> {
        connection.received();
        if (mayCome(ping)) {
          control.ping(context, ping.content());
        }
      }
      case PongWebSocketFrame pong -> {
        connection.received();
        if (mayCome(pong)) {
          pong.release();
        }
      }
      case CloseWebSocketFrame close -> context.fireChannelRead(close);
      default -> data(context, message);
    }
  }

  /** Whether a control frame is not one too many; releases it otherwise. */
  private boolean mayCome(WebSocketFrame frame) {
    if (connection.isOpen() && control.count(clock.millis())) {
      return true;
    }
    frame.release();
    connection.flooded();
    return false;
  }

  private void data(ChannelHandlerContext context, Object message) {
    waiting = connection.reader().isPaused() ? waiting + 1 : 0;
    if (waiting > MOST_WAITING || !connection.isOpen()) {
      ReferenceCountUtil.release(message);
      connection.flooded();
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    control.clear();
  }

  /** Takes its place in the pipeline of a stranger. */
  static void enter(ChannelHandlerContext end, Connection connection, InstantSource clock) {
    ChannelPipeline pipeline = end.pipeline();
    pipeline.addBefore(end.name(), "frame-guard", new FrameGuard(connection, clock));
    admit(pipeline, connection, ProtocolVersion.PREAUTH_MAX_PAYLOAD);
  }

  /** Lets frames in up to another limit from here on. */
  static void admit(ChannelPipeline pipeline, Connection connection, int maxPayload) {
    pipeline.replace(
        WebSocketFrameDecoder.class, "frame-decoder", new FrameDecoder(connection, maxPayload));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException broken) {
      WebSocketCloseStatus status = broken.closeStatus();
      connection.close(
          status.code() == CloseReason.TOO_BIG.code()
              ? connection.reader().tooBig()
              : new CloseReason(status.code(), ""));
    } else {
      context.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      control.writable(context);
      if (connection.isOpen()) {
        connection.reader().resume();
      }
      connection.writer().taken();
    }
    context.fireChannelWritabilityChanged();
  }
}
