package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.transport.SocketMetrics.Cut;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;

/**
 * Where one plain socket is between its requests, and what it holds: ends it when it is late, when
 * it takes too much, and when it was answered before its body was there. It stands between the HTTP
 * codec and Vert.x, and leaves when the socket becomes a WebSocket.
 */
final class HttpStage extends ChannelDuplexHandler {
  /** Requests that may come before the first of them is answered, and in one turn of the loop. */
  private static final int MOST_AHEAD = 4;

  /** A body may come in this many pieces of any size; after that they have to be larger. */
  private static final int FREE_PIECES = 100;

  private static final int LEAST_PIECE = 64;

  /** From then on a body has to come at this rate. */
  private static final long RATE_GRACE_MS = 10_000;

  private static final int LEAST_BYTES_PER_SECOND = 1_024;

  /** Time to read an answer that came before the end of the body, and what is dropped meanwhile. */
  private static final long LEAVING_MS = 1_000;

  private static final int DROPPED_WHILE_LEAVING = 256 * 1024;
  private static final int RETRY_AFTER_SECONDS = 2;

  private final PlainSockets sockets;
  private final Channel socket;
  private long dueMs;
  private Cut late = Cut.HEADER_TIMEOUT;
  private int unanswered;
  private int inTurn;
  private boolean bodyOpen;
  private boolean headWritten;
  private boolean leaving;
  private boolean finished;
  private long bodySinceMs;
  private long received;
  private int pieces;
  private long held;
  private int dropped;
  private long pending;
  private long stuckSinceMs;

  HttpStage(PlainSockets sockets, Channel socket, long nowMs) {
    this.sockets = sockets;
    this.socket = socket;
    this.dueMs = nowMs + sockets.limits().headerTimeoutMs();
    this.stuckSinceMs = nowMs;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (leaving || finished || !accepts(context, message)) {
      drop(context, message);
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    inTurn = 0;
    context.fireChannelReadComplete();
  }

  private boolean accepts(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      if (++unanswered > MOST_AHEAD || ++inTurn > MOST_AHEAD) {
        cut(Cut.FLOOD);
        return false;
      }
      bodyOpen = hasBody(request);
      bodySinceMs = sockets.nowMs();
      received = 0;
      pieces = 0;
    }
    return !(message instanceof HttpContent content) || takes(context, content);
  }

  private static boolean hasBody(HttpRequest request) {
    return request.decoderResult().isSuccess()
        && (HttpUtil.isTransferEncodingChunked(request)
            || HttpUtil.getContentLength(request, 0L) > 0);
  }

  private boolean takes(ChannelHandlerContext context, HttpContent content) {
    int bytes = content.content().readableBytes();
    received += bytes;
    pieces++;
    if (pieces > FREE_PIECES && received < (long) pieces * LEAST_PIECE) {
      cut(Cut.FLOOD);
      return false;
    }
    if (bytes > 0) {
      if (!sockets.bodies().take(this, held, bytes)) {
        refuse(context, Cut.BODIES, HttpResponseStatus.SERVICE_UNAVAILABLE, "too many bodies");
        return false;
      }
      held += bytes;
    }
    if (content instanceof LastHttpContent) {
      bodyOpen = false;
      SocketGate.answering(socket, unanswered > 0);
    }
    return true;
  }

  private void drop(ChannelHandlerContext context, Object message) {
    dropped += message instanceof HttpContent content ? content.content().readableBytes() : 0;
    ReferenceCountUtil.release(message);
    if (leaving && (dropped > DROPPED_WHILE_LEAVING || message instanceof LastHttpContent)) {
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (leaving) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    boolean interim = message instanceof HttpResponse head && head.status().code() < 200;
    if (message instanceof HttpResponse head && !interim) {
      headWritten = true;
      if (bodyOpen) {
        head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
    }
    context.write(message, promise);
    if (message instanceof LastHttpContent && !interim) {
      answered();
    }
  }

  private void answered() {
    headWritten = false;
    unanswered = Math.max(0, unanswered - 1);
    long now = sockets.nowMs();
    if (bodyOpen) {
      leave(now);
    } else if (unanswered == 0) {
      giveBack();
      dueMs = now + sockets.limits().keepAliveTimeoutMs();
      late = Cut.IDLE;
      SocketGate.answering(socket, false);
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    context.flush();
    recount();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    recount();
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    gone();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    gone();
  }

  private void gone() {
    giveBack();
    sockets.changed(-pending);
    pending = 0;
    sockets.remove(this);
  }

  private void giveBack() {
    sockets.bodies().give(this, held);
    held = 0;
  }

  void look(ChannelHandlerContext context, long now) {
    long before = pending;
    recount();
    if (pending == 0 || pending < before) {
      stuckSinceMs = now;
    }
    if (leaving) {
      if (now >= dueMs) {
        SocketGate.cut(socket);
      }
    } else if (now - stuckSinceMs >= ReadPacing.PATIENCE_MS) {
      cut(Cut.UNREAD);
    } else if (bodyOpen) {
      lookAtBody(context, now);
    } else if (unanswered == 0 && pending == 0 && now >= dueMs) {
      cut(late);
    }
  }

  private void lookAtBody(ChannelHandlerContext context, long now) {
    long takenMs = now - bodySinceMs;
    long due = (takenMs - RATE_GRACE_MS) * LEAST_BYTES_PER_SECOND / 1_000;
    if (takenMs >= sockets.limits().bodyTimeoutMs() || received < due) {
      refuse(context, Cut.BODY_TIMEOUT, HttpResponseStatus.REQUEST_TIMEOUT, "the body is late");
    }
  }

  /** Answers in place of whoever would have, unless that one has begun to, and closes. */
  private void refuse(
      ChannelHandlerContext context, Cut reason, HttpResponseStatus status, String why) {
    if (headWritten || unanswered > 1) {
      cut(reason);
      return;
    }
    sockets.metrics().cut(reason);
    ByteBuf body =
        Unpooled.copiedBuffer(
            "{\"error\":{\"message\":\"%s; retry\",\"type\":\"overloaded\",\"param\":null,\"code\":null}}"
                .formatted(why),
            StandardCharsets.UTF_8);
    FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(answer);
    leave(sockets.nowMs());
  }

  /**
   * Drops what still comes for a short time, so that the answer is read before the end. What came
   * of a body is held until then by whoever reads it.
   */
  private void leave(long now) {
    leaving = true;
    dueMs = now + LEAVING_MS;
    socket.config().setAutoRead(true);
  }

  /** Ends the socket now. */
  void cut(Cut reason) {
    if (!finished) {
      finished = true;
      sockets.metrics().cut(reason);
      socket.config().setAutoRead(false);
      if (socket.eventLoop().inEventLoop()
          && socket.pipeline().get(HttpRequestDecoder.class) != null) {
        socket.pipeline().remove(HttpRequestDecoder.class);
      }
      SocketGate.cut(socket);
    }
  }

  long pending() {
    return pending;
  }

  private void recount() {
    ChannelOutboundBuffer buffer = socket.unsafe().outboundBuffer();
    long now = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    if (now != pending) {
      long change = now - pending;
      pending = now;
      sockets.changed(change);
    }
  }
}
