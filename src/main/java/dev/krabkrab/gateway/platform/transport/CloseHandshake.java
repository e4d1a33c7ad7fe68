package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.CloseReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends one socket: writes the close frame, and cuts a peer that does not answer it in time. For the
 * socket's event loop. Protocol 01a §1.5.
 */
final class CloseHandshake {
  /** Time a slow or silent peer has to take the close frame before the socket is cut. */
  private static final long GRACE_MS = 10_000;

  /** The same for one that was never let in. */
  private static final long STRANGERS_GRACE_MS = 2_000;

  private final ServerWebSocket socket;
  private final ChannelHandlerContext pipelineEnd;
  private final ConnectionReader reader;
  private boolean begun;
  private @Nullable Future<?> expiry;

  CloseHandshake(
      ServerWebSocket socket, ChannelHandlerContext pipelineEnd, ConnectionReader reader) {
    this.socket = socket;
    this.pipelineEnd = pipelineEnd;
    this.reader = reader;
  }

  /** Whether nothing more is sent: the close frame is on its way, or the socket is gone. */
  boolean isBegun() {
    return begun;
  }

  /** Sends the close frame behind what is queued, then cuts the socket after a bounded time. */
  void begin(CloseReason reason, boolean stranger) {
    begun = true;
    SocketGate.answering(pipelineEnd.channel(), false);
    // The peer's answer to the close frame comes through a socket that is read.
    reader.resume();
    socket.close((short) reason.code(), reason.reason());
    schedule(this::cut, stranger ? STRANGERS_GRACE_MS : GRACE_MS);
  }

  /** Runs a task after that time, in milliseconds, unless the socket is gone by then. */
  void expireIn(long delayMs, Runnable task) {
    expiry = schedule(task, Math.max(0, delayMs));
  }

  private Future<?> schedule(Runnable task, long delayMs) {
    return pipelineEnd.executor().schedule(task, delayMs, TimeUnit.MILLISECONDS);
  }

  /** Ends the socket without a close frame; what waits in it is freed before this returns. */
  void cut() {
    // The pipeline's own close would first write a close frame, and TLS a farewell, behind all of
    // it.
    Channel.Unsafe socketItself = pipelineEnd.channel().unsafe();
    socketItself.close(socketItself.voidPromise());
  }

  /**
   * Reads nothing more: what it sent and what more it sends is of no interest, its answer to the
   * close frame included.
   */
  void stopReading() {
    pipelineEnd.channel().config().setAutoRead(false);
  }

  /** The socket is gone. */
  void finish() {
    begun = true;
    if (expiry != null) {
      expiry.cancel(false);
    }
  }
}
