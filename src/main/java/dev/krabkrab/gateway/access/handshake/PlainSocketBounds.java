package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.config.LimitSettings;
import dev.krabkrab.gateway.platform.config.PlainSettings;
import dev.krabkrab.gateway.platform.transport.BodyBudget;
import dev.krabkrab.gateway.platform.transport.PlainLimits;
import dev.krabkrab.gateway.platform.transport.PlainSockets;
import dev.krabkrab.gateway.platform.transport.SocketGate;
import dev.krabkrab.gateway.platform.transport.SocketMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * What bounds the plain sockets of one port of an instance.
 *
 * @param gate stands before the port
 * @param bodies what bodies take there
 * @param answerBytes what may wait to be read on one event loop
 */
public record PlainSocketBounds(
    PlainLimits limits,
    SocketGate gate,
    BodyBudget bodies,
    long answerBytes,
    SocketMetrics metrics,
    InstantSource clock) {

  /** Answers to plain requests may wait in a part of what may wait for slow clients. */
  private static final int SHARE_OF_OUTBOX = 4;

  private static final int MANAGEMENT_SOCKETS = 256;
  private static final long MANAGEMENT_BODIES = 1024 * 1024;
  private static final long MANAGEMENT_ANSWERS = 8 * 1024 * 1024;

  /** Of the port of the clients. */
  public static PlainSocketBounds of(
      Platform platform, SocketMetrics metrics, Locality.Settings locality) {
    LimitSettings limits = platform.limits();
    PlainSettings plain = limits.plain();
    return new PlainSocketBounds(
        limits(plain),
        new SocketGate(
            plain.sockets(),
            plain.socketsPerAddress(),
            address -> Locality.countedAs(address.getHostAddress(), locality),
            metrics,
            platform.clock(),
            locality.proxyProtocol()
                ? address -> Locality.mayName(address.getHostAddress(), locality)
                : null),
        new BodyBudget(plain.bodyBytes()),
        limits.outboxBytes() / SHARE_OF_OUTBOX / Runtime.getRuntime().availableProcessors(),
        metrics,
        platform.clock());
  }

  /** Of the management port: enough for probes and for who scrapes. */
  public static PlainSocketBounds ofManagement(
      PlainSettings plain, SocketMetrics metrics, InstantSource clock) {
    return new PlainSocketBounds(
        limits(plain),
        new SocketGate(
            MANAGEMENT_SOCKETS,
            MANAGEMENT_SOCKETS,
            address -> address.isLoopbackAddress() ? null : address.getHostAddress(),
            metrics,
            clock),
        new BodyBudget(MANAGEMENT_BODIES),
        MANAGEMENT_ANSWERS,
        metrics,
        clock);
  }

  /** Those of the calling event loop. */
  public PlainSockets sockets(Vertx own) {
    return new PlainSockets(own, limits, bodies, answerBytes, metrics, clock);
  }

  /** The same settings with the time that TLS gets. */
  public HttpServerOptions timed(HttpServerOptions options) {
    return options
        .setSslHandshakeTimeout(limits.headerTimeoutMs())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private static PlainLimits limits(PlainSettings plain) {
    return new PlainLimits(
        plain.headerTimeoutMs(), plain.keepAliveTimeoutMs(), plain.bodyTimeoutMs());
  }
}
