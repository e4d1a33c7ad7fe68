package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection, from the upgrade to its end: its state, its caller and its two sides.
 * Protocol 01a §1.3–1.5. Every method but {@link #execute}, {@link #id}, {@link #caller} and {@link
 * #pendingBytes} is for the socket's event loop.
 */
public final class Connection {
  /** Stages of a connection; it only moves forward. Protocol 01a §1.4. */
  public enum State {
    OPEN,
    AUTHENTICATING,
    READY,
    CLOSED
  }

  private final String id;
  private final UpgradeInfo upgrade;
  private final ChannelHandlerContext pipelineEnd;
  private final ConnectionListener listener;
  private final SocketMetrics metrics;
  private final ConnectionWriter writer;
  private final ConnectionReader reader;
  private final CloseHandshake closing;
  private final KeepAlive keepAlive;
  private final DeviceGeneration recall = new DeviceGeneration();
  private final RequestCounters calls = new RequestCounters();
  private final Subscriptions subscriptions = new Subscriptions();
  private final long openedAtMs;

  private State state = State.OPEN;
  private volatile @Nullable Caller caller;

  /** Place of this connection in its loop's list; kept by {@link ConnectionList}. */
  int slot = -1;

  Connection(
      String id,
      ServerWebSocket socket,
      UpgradeInfo upgrade,
      ConnectionListener listener,
      ConnectionResources shared) {
    this.id = id;
    this.upgrade = upgrade;
    this.listener = listener;
    this.metrics = shared.metrics();
    this.openedAtMs = shared.clock().millis();
    this.pipelineEnd = ((WebSocketInternal) socket).channelHandlerContext();
    this.writer = new ConnectionWriter(pipelineEnd.channel(), shared.outbox(), metrics);
    this.reader = new ConnectionReader(socket, pipelineEnd.executor(), shared.unfinished());
    this.closing = new CloseHandshake(socket, pipelineEnd, reader);
    this.keepAlive = new KeepAlive(pipelineEnd);
    FrameGuard.enter(pipelineEnd, this, shared.clock());
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
    return !closing.isBegun();
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
    SocketGate.answering(pipelineEnd.channel(), true);
  }

  /** Tells who this will be once let in; an order to close that client's connections counts now. */
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
    SocketGate.left(pipelineEnd.channel());
    caller = who;
    writer.negotiated(who.version());
    reader.negotiated(who.version());
    FrameGuard.admit(pipelineEnd.pipeline(), this, who.version().maxPayload());
  }

  /**
   * Sends a frame, given in parts, that is never dropped; a client that does not read is no longer
   * read either.
   */
  public void send(byte[]... parts) {
    if (isOpen() && !writer.write(parts)) {
      reader.pause();
    }
  }

  /** Queues a broadcast the caller may see; drops it or closes when there is no room. */
  public void send(EncodedEvent event) {
    if (isOpen() && !writer.event(event)) {
      closeSlow();
    }
  }

  /** The same for an event that goes to many. */
  void send(SharedBuffer shared) {
    if (isOpen() && !writer.event(shared)) {
      closeSlow();
    }
  }

  /** The same for several events in their order, which leave together. */
  public void send(List<EncodedEvent> events) {
    if (isOpen() && !writer.events(events)) {
      closeSlow();
    }
  }

  private void closeSlow() {
    metrics.closedSlow();
    close(CloseReason.SLOW_CONSUMER);
  }

  /** Bytes this connection's peer has not taken yet. */
  public long pendingBytes() {
    return writer.pendingBytes();
  }

  /** What it has subscribed to. */
  public Subscriptions subscriptions() {
    return subscriptions;
  }

  /** The calls of this connection, counted. */
  public RequestCounters calls() {
    return calls;
  }

  /** Sends the close frame behind what is queued, then cuts the socket after a bounded time. */
  public void close(CloseReason reason) {
    if (isOpen()) {
      closing.begin(reason, state != State.READY);
    }
  }

  /** Closes it after that time, in milliseconds. */
  public void closeIn(long delayMs, CloseReason reason) {
    closing.expireIn(delayMs, () -> close(reason));
  }

  /** Gives up a reader for whom too much waits, and frees that at once. */
  void giveUp() {
    if (isOpen()) {
      metrics.closedSlow();
    }
    closing.cut();
  }

  /** Sends a ping, or cuts the socket when the last one is still unanswered. */
  void ping() {
    if (isOpen() && !keepAlive.ping(reader.isPaused())) {
      closing.cut();
    }
  }

  /** Runs a task when the peer has read nearly all that was sent, one at a time. */
  public void whenTaken(Runnable task) {
    if (isOpen()) {
      writer.whenTaken(task);
    }
  }

  /** Closes it when something waits for its peer, who does not read. Called every second. */
  void lookWhetherRead(long nowMs) {
    if (isOpen() && writer.isStuck(reader.isPaused(), nowMs)) {
      closeSlow();
    }
  }

  ConnectionWriter writer() {
    return writer;
  }

  ConnectionReader reader() {
    return reader;
  }

  /** Ends it for holding more of unfinished messages than there is room for. */
  void giveUpUnfinished() {
    metrics.cut(SocketMetrics.Cut.BODIES);
    reader.clear();
    closing.cut();
  }

  /** Something came from the peer, which is alive therefore. */
  void received() {
    keepAlive.received();
  }

  /** Closes it for sending what nobody needs, faster than anybody needs it. */
  void flooded() {
    if (isOpen()) {
      metrics.cut(SocketMetrics.Cut.FLOOD);
      close(CloseReason.FLOODED);
      closing.stopReading();
    }
  }

  private void onFrame(WebSocketFrame frame) {
    received();
    if (!isOpen() || !ConnectionReader.isData(frame)) {
      return;
    }
    switch (reader.take(frame)) {
      case Fragments.Taken.Whole(byte[] message) -> listener.message(this, message);
      case Fragments.Taken.TooBig tooBig -> close(reader.tooBig());
      case Fragments.Taken.TooSmall tooSmall -> flooded();
      case Fragments.Taken.Part part -> {}
    }
  }

  private void onClosed() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      closing.finish();
      reader.finish();
      writer.finish();
      listener.closed(this);
    }
  }
}
