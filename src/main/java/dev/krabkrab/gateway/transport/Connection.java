package dev.krabkrab.gateway.transport;

import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.CloseReason;
import dev.krabkrab.gateway.protocol.EncodedEvent;
import dev.krabkrab.gateway.protocol.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket and where it is in its life. Protocol 01a §1.3–1.5. Every method but {@link
 * #execute}, {@link #id}, {@link #caller} and {@link #pendingBytes} is for the socket's event loop.
 */
public final class Connection {
  /** Time a slow or silent peer has to take the close frame before the socket is cut. */
  private static final long CLOSE_GRACE_MS = 10_000;

  /** The same for one that was never let in. */
  private static final long STRANGERS_GRACE_MS = 2_000;

  /** Messages taken up before others of the loop get their turn. */
  private static final int MOST_IN_TURN = 64;

  /** Stages of a connection; it only moves forward. Protocol 01a §1.4. */
  public enum State {
    OPEN,
    AUTHENTICATING,
    READY,
    CLOSED
  }

  private final String id;
  private final ServerWebSocket socket;
  private final UpgradeInfo upgrade;
  private final ChannelHandlerContext pipelineEnd;
  private final ConnectionListener listener;
  private final SocketMetrics metrics;
  private final Outbox outbox;
  private final Unfinished unfinished;
  private final Recall recall = new Recall();
  private final CallCount calls = new CallCount();
  private final Pace pace = new Pace();
  private final long openedAtMs;

  private State state = State.OPEN;
  private volatile @Nullable Caller caller;
  private ProtocolVersion version = ProtocolVersion.V3;
  private int maxPayload = ProtocolVersion.PREAUTH_MAX_PAYLOAD;
  private boolean closing;
  private boolean pingOutstanding;
  private boolean readPaused;
  private int inTurn;
  private final Followed followed = new Followed();
  private @Nullable Future<?> expiry;

  /** Place of this connection in its loop's list; kept by {@link Roster}. */
  int slot = -1;

  Connection(
      String id,
      ServerWebSocket socket,
      UpgradeInfo upgrade,
      ConnectionListener listener,
      SocketMetrics metrics,
      OutboxBudget budget,
      OutboxBudget unfinished,
      InstantSource clock) {
    this.id = id;
    this.socket = socket;
    this.upgrade = upgrade;
    this.listener = listener;
    this.metrics = metrics;
    this.unfinished = new Unfinished(unfinished);
    this.openedAtMs = clock.millis();
    this.pipelineEnd = ((WebSocketInternal) socket).channelHandlerContext();
    ChannelPipeline pipeline = pipelineEnd.pipeline();
    this.outbox =
        new Outbox(
            pipeline.context(WebSocketFrameEncoder.class),
            ProtocolVersion.V3.maxBufferedBytes(),
            budget);
    FrameGuard.enter(pipelineEnd, this, clock);
    socket.frameHandler(this::onFrame);
    socket.closeHandler(v -> onClosed());
    socket.exceptionHandler(ignored -> {});
  }

  public String id() {
    return id;
  }

  public UpgradeInfo upgrade() {
    return upgrade;
  }

  public State state() {
    return state;
  }

  public long openedAtMs() {
    return openedAtMs;
  }

  /** Who is connected or about to be, or null before that is known. */
  public @Nullable Caller caller() {
    return caller;
  }

  /** True while frames may still be sent. */
  public boolean isOpen() {
    return state != State.CLOSED && !closing;
  }

  /** Runs on the connection's event loop, now when already there. */
  public void execute(Runnable action) {
    if (pipelineEnd.executor().inEventLoop()) {
      action.run();
    } else {
      pipelineEnd.executor().execute(action);
    }
  }

  ChannelPipeline pipeline() {
    return pipelineEnd.pipeline();
  }

  /** Enters the handshake; a frame that arrives from here on is out of turn. */
  public void authenticating() {
    state = State.AUTHENTICATING;
  }

  /**
   * Tells who this will be once it is let in. An order to close that client's connections reaches
   * this one from here on.
   */
  public void identify(Caller who) {
    caller = who;
  }

  /**
   * Tells as whom it is let in, and under which generation of its device. Closes it when that
   * device has lost a right since.
   *
   * @return whether it stays
   */
  public boolean letIn(Caller who, long underGeneration) {
    caller = who;
    closeFor(recall.letIn(underGeneration));
    return isOpen();
  }

  /**
   * Closes it when it was let in under an older generation of its device; one whose handshake is
   * not decided yet when that comes out.
   */
  void recall(long below, CloseReason reason) {
    closeFor(recall.order(below, reason));
  }

  private void closeFor(@Nullable CloseReason reason) {
    if (reason != null) {
      close(reason);
    }
  }

  /** Ends the handshake: limits and events of the negotiated version apply from here on. */
  public void ready(Caller who) {
    state = State.READY;
    caller = who;
    version = who.version();
    maxPayload = version.maxPayload();
    FrameGuard.admit(pipelineEnd.pipeline(), this, maxPayload);
  }

  /**
   * Sends a frame, given in parts, that is never dropped; a client that does not read is no longer
   * read either.
   */
  public void send(byte[]... parts) {
    if (!isOpen()) {
      return;
    }
    outbox.write(parts);
    if (!readPaused && outbox.congested()) {
      readPaused = true;
      socket.pause();
    }
  }

  /** Queues a broadcast the caller may see; drops it or closes when there is no room. */
  public void send(EncodedEvent event) {
    if (!isOpen()) {
      return;
    }
    settle(outbox.event(event, version), event);
  }

  /** The same for an event that goes to many. */
  void send(SharedHead shared) {
    if (isOpen()) {
      settle(outbox.event(shared, version), shared.event());
    }
  }

  private void settle(Outbox.Verdict verdict, EncodedEvent event) {
    switch (verdict) {
      case QUEUED -> metrics.delivered(event.type());
      case DROPPED -> metrics.dropped(event.type());
      case TOO_SLOW -> {
        metrics.closedSlow();
        close(CloseReason.SLOW_CONSUMER);
      }
    }
  }

  /** The same for several events in their order, which leave together. */
  public void send(List<EncodedEvent> events) {
    if (!isOpen()) {
      return;
    }
    if (outbox.events(events, version) == Outbox.Verdict.QUEUED) {
      events.forEach(event -> metrics.delivered(event.type()));
    } else {
      metrics.closedSlow();
      close(CloseReason.SLOW_CONSUMER);
    }
  }

  /** Bytes this connection's peer has not taken yet. */
  public long pendingBytes() {
    return outbox.pendingBytes();
  }

  /** What it has asked to be told of. */
  public Followed followed() {
    return followed;
  }

  /** Whether an event that its caller may see is one that it wants. */
  boolean wants(EncodedEvent event) {
    return !event.type().needsSubscription() || followed.covers(event);
  }

  /** The calls of this connection, counted. */
  public CallCount calls() {
    return calls;
  }

  /** Sends the close frame behind what is queued, then cuts the socket after a bounded time. */
  public void close(CloseReason reason) {
    if (!isOpen()) {
      return;
    }
    closing = true;
    if (readPaused) {
      readPaused = false;
      socket.resume();
    }
    socket.close((short) reason.code(), reason.reason());
    long grace = state == State.READY ? CLOSE_GRACE_MS : STRANGERS_GRACE_MS;
    pipelineEnd.executor().schedule(this::cut, grace, TimeUnit.MILLISECONDS);
  }

  /** Closes it after that time, in milliseconds. */
  public void closeIn(long delayMs, CloseReason reason) {
    expiry =
        pipelineEnd
            .executor()
            .schedule(() -> close(reason), Math.max(0, delayMs), TimeUnit.MILLISECONDS);
  }

  /** Ends the socket without a close frame; what waits in it is freed before this returns. */
  void cut() {
    // The pipeline's own close would first write a close frame, and TLS a farewell, behind all of
    // it.
    Channel.Unsafe socketItself = pipelineEnd.channel().unsafe();
    socketItself.close(socketItself.voidPromise());
  }

  /** Gives up a reader for whom too much waits, and frees that at once. */
  void giveUp() {
    if (isOpen()) {
      metrics.closedSlow();
    }
    cut();
  }

  void flush() {
    outbox.flush();
  }

  /** Sends a ping, or cuts the socket when the last one is still unanswered. */
  void ping() {
    if (closing) {
      return;
    }
    if (pingOutstanding && !readPaused) {
      cut();
      return;
    }
    pingOutstanding = true;
    ByteBuf nothing = Unpooled.EMPTY_BUFFER;
    pipelineEnd.writeAndFlush(new PingWebSocketFrame(nothing));
  }

  void onWritable() {
    if (readPaused && !closing) {
      readPaused = false;
      socket.resume();
    }
    pace.advance();
  }

  /** Runs a task when the peer has read nearly all that was sent, one at a time. */
  public void whenTaken(Runnable task) {
    if (!isOpen()) {
      return;
    }
    outbox.flush();
    if (pace.isEmpty() && pipelineEnd.channel().isWritable()) {
      task.run();
    } else {
      pace.add(task);
    }
  }

  /** Closes it when something waits for its peer, who does not read. Called every second. */
  void lookWhetherRead(long nowMs) {
    boolean waited = readPaused || !pace.isEmpty();
    if (isOpen() && pace.isStuck(waited, outbox.pendingBytes(), nowMs)) {
      metrics.closedSlow();
      close(CloseReason.SLOW_CONSUMER);
    }
  }

  /** So much of a frame has come that is not whole. */
  void inFrame(long bytes) {
    if (state != State.CLOSED) {
      unfinished.inFrame(bytes);
    }
    inTurn = inTurn < MOST_IN_TURN ? 0 : inTurn;
  }

  /** Bytes that it holds of a message that is not whole. */
  long unfinishedBytes() {
    return unfinished.bytes();
  }

  /** Ends it for holding more of unfinished messages than there is room for. */
  void giveUpUnfinished() {
    metrics.cut(SocketMetrics.Cut.BODIES);
    unfinished.clear();
    cut();
  }

  /** Something came from the peer. */
  void heard() {
    pingOutstanding = false;
  }

  /** Closes it for sending what nobody needs, faster than anybody needs it. */
  void flooded() {
    if (isOpen()) {
      metrics.cut(SocketMetrics.Cut.FLOOD);
      close(CloseReason.FLOODED);
      // What it sent and what more it sends is of no interest, its answer to the close frame
      // included.
      pipelineEnd.channel().config().setAutoRead(false);
    }
  }

  boolean isReadPaused() {
    return readPaused;
  }

  private void onFrame(WebSocketFrame frame) {
    heard();
    if (!frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
      return;
    }
    if (!isOpen()) {
      return;
    }
    switch (unfinished.take(frame, maxPayload)) {
      case Fragments.Taken.Whole(byte[] message) -> {
        yieldAfter(++inTurn);
        listener.message(this, message);
      }
      case Fragments.Taken.TooBig tooBig -> close(tooBig());
      case Fragments.Taken.TooSmall tooSmall -> flooded();
      case Fragments.Taken.Part part -> {}
    }
  }

  private void yieldAfter(int messages) {
    if (messages == MOST_IN_TURN) {
      socket.pause();
      pipelineEnd.executor().execute(this::nextTurn);
    }
  }

  private void nextTurn() {
    inTurn = 0;
    if (!readPaused) {
      socket.resume();
    }
  }

  CloseReason tooBig() {
    return state == State.READY ? CloseReason.TOO_BIG : CloseReason.PREAUTH_TOO_BIG;
  }

  private void onClosed() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      closing = true;
      if (expiry != null) {
        expiry.cancel(false);
      }
      unfinished.clear();
      pace.clear();
      outbox.recount();
      listener.closed(this);
    }
  }
}
