package dev.krabkrab.gateway.platform.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sockets of one event loop that speak plain HTTP, with the clockwork they share. Used on that
 * loop only.
 */
public final class PlainSockets {
  private static final String STAGE = "http-stage";
  private static final long LOOK_MS = 500;

  private final PlainLimits limits;
  private final BodyBudget bodies;
  private final OutboxBudget answers;
  private final SocketMetrics metrics;
  private final InstantSource clock;
  private final Map<HttpStage, ChannelHandlerContext> stages = new LinkedHashMap<>();

  /**
   * Makes it on the calling event loop.
   *
   * @param bodies what the bodies of this instance take
   * @param answerBytes what may wait to be read by all of them
   */
  public PlainSockets(
      Vertx vertx,
      PlainLimits limits,
      BodyBudget bodies,
      long answerBytes,
      SocketMetrics metrics,
      InstantSource clock) {
    this.limits = limits;
    this.bodies = bodies;
    this.answers = new OutboxBudget(answerBytes, this::relieve);
    this.metrics = metrics;
    this.clock = clock;
    vertx.setPeriodic(LOOK_MS, ignored -> look());
  }

  /** Without bounds of memory. */
  static PlainSockets unbounded(Vertx vertx, SocketMetrics metrics, InstantSource clock) {
    return new PlainSockets(
        vertx,
        PlainLimits.DEFAULTS,
        new BodyBudget(Long.MAX_VALUE / 2),
        Long.MAX_VALUE / 2,
        metrics,
        clock);
  }

  /** Follows every socket of a server that is to listen on this loop. */
  public HttpServer watch(HttpServer server) {
    return server.connectionHandler(this::enter);
  }

  private void enter(HttpConnection opened) {
    ChannelHandlerContext end = ((HttpServerConnection) opened).channelHandlerContext();
    HttpStage stage = new HttpStage(this, end.channel(), clock.millis());
    end.pipeline().addBefore(end.name(), STAGE, stage);
    ChannelHandlerContext place = end.pipeline().context(stage);
    if (place != null && end.channel().isActive()) {
      stages.put(stage, place);
    }
  }

  /** The socket is a WebSocket from now on. */
  static void upgraded(ChannelPipeline pipeline) {
    if (pipeline.get(STAGE) != null) {
      pipeline.remove(STAGE);
    }
    // What it is waited for now is its connect request.
    SocketGate.answering(pipeline.channel(), false);
  }

  private void look() {
    long now = clock.millis();
    List.copyOf(stages.entrySet()).forEach(one -> one.getKey().look(one.getValue(), now));
  }

  /** Gives up those that leave most unread until what waits is well within the bound again. */
  private void relieve() {
    List<HttpStage> slowest =
        stages.keySet().stream()
            .sorted(Comparator.comparingLong(HttpStage::pending).reversed())
            .toList();
    long waits = answers.total();
    for (HttpStage stage : slowest) {
      if (waits <= answers.bound() / 4 * 3) {
        break;
      }
      waits -= stage.pending();
      stage.cut(SocketMetrics.Cut.UNREAD);
    }
  }

  void changed(long pendingBytes) {
    answers.changed(pendingBytes);
  }

  void remove(HttpStage stage) {
    stages.remove(stage);
  }

  PlainLimits limits() {
    return limits;
  }

  BodyBudget bodies() {
    return bodies;
  }

  SocketMetrics metrics() {
    return metrics;
  }

  long nowMs() {
    return clock.millis();
  }
}
