package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/**
 * The receiving side of one connection: puts messages together from frames, and pauses the socket
 * while its peer does not take its answers, and after many messages in a row, so that the other
 * sockets of the loop get their turn. For the socket's event loop. Protocol 01a §1.3.
 */
final class ConnectionReader {
  /** Messages taken up before others of the loop get their turn. */
  private static final int MOST_IN_TURN = 64;

  private final ServerWebSocket socket;
  private final EventExecutor loop;
  private final PartialMessage unfinished;
  private CloseReason tooBig = CloseReason.PREAUTH_TOO_BIG;
  private int maxPayload = ProtocolVersion.PREAUTH_MAX_PAYLOAD;
  private boolean paused;
  private boolean finished;
  private int inTurn;

  /**
   * @param budget what all connections of the loop may hold of messages that are not whole
   */
  ConnectionReader(ServerWebSocket socket, EventExecutor loop, OutboxBudget budget) {
    this.socket = socket;
    this.loop = loop;
    this.unfinished = new PartialMessage(budget);
  }

  /** Sets how long messages may be from here on; before that they are those of a stranger. */
  void negotiated(ProtocolVersion version) {
    maxPayload = version.maxPayload();
    tooBig = CloseReason.TOO_BIG;
  }

  /** Why a connection is closed whose message is longer than it may be now. */
  CloseReason tooBig() {
    return tooBig;
  }

  static boolean isData(WebSocketFrame frame) {
    return frame.isText() || frame.isBinary() || frame.isContinuation();
  }

  /** Takes a data frame; whoever gets a whole message of it acts on that now. */
  Fragments.Taken take(WebSocketFrame frame) {
    Fragments.Taken taken = unfinished.take(frame, maxPayload);
    if (taken instanceof Fragments.Taken.Whole && ++inTurn == MOST_IN_TURN) {
      socket.pause();
      loop.execute(this::nextTurn);
    }
    return taken;
  }

  private void nextTurn() {
    inTurn = 0;
    if (!paused) {
      socket.resume();
    }
  }

  /** All that had come has been read; so many bytes of it are of a frame that is not whole. */
  void readComplete(long inFrame) {
    if (!finished) {
      unfinished.inFrame(inFrame);
    }
    inTurn = inTurn < MOST_IN_TURN ? 0 : inTurn;
  }

  /** Bytes that it holds of a message that is not whole. */
  long unfinishedBytes() {
    return unfinished.bytes();
  }

  /** Gives up what it holds of a message that is not whole. */
  void clear() {
    unfinished.clear();
  }

  /** Whether nothing is read because the peer does not take its answers. */
  boolean isPaused() {
    return paused;
  }

  /** Reads nothing more until {@link #resume}. */
  void pause() {
    if (!paused) {
      paused = true;
      socket.pause();
    }
  }

  void resume() {
    if (paused) {
      paused = false;
      socket.resume();
    }
  }

  /** The socket is gone. */
  void finish() {
    finished = true;
    unfinished.clear();
  }
}
