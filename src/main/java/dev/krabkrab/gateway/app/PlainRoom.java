package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.auth.Locality;
import dev.krabkrab.gateway.config.LimitSettings;
import dev.krabkrab.gateway.config.PlainSettings;
import dev.krabkrab.gateway.transport.BodyBudget;
import dev.krabkrab.gateway.transport.PlainLimits;
import dev.krabkrab.gateway.transport.PlainSockets;
import dev.krabkrab.gateway.transport.SocketGate;
import dev.krabkrab.gateway.transport.SocketMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * What bounds the plain sockets of one port of this instance.
 *
 * @param gate stands before the port
 * @param bodies what bodies take there
 * @param answerBytes what may wait to be read on one event loop
 */
record PlainRoom(
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
  static PlainRoom of(Core core, Locality.Settings locality) {
    LimitSettings limits = core.plan().settings().limits();
    PlainSettings plain = limits.plain();
    SocketMetrics metrics = core.instruments().sockets();
    return new PlainRoom(
        limits(plain),
        new SocketGate(
            plain.sockets(),
            plain.socketsPerAddress(),
            address -> isNear(address, locality),
            metrics,
            core.clock()),
        new BodyBudget(plain.bodyBytes()),
        limits.outboxBytes() / SHARE_OF_OUTBOX / Runtime.getRuntime().availableProcessors(),
        metrics,
        core.clock());
  }

  /** Of the management port: enough for probes and for who scrapes. */
  static PlainRoom ofManagement(PlainSettings plain, SocketMetrics metrics, InstantSource clock) {
    return new PlainRoom(
        limits(plain),
        new SocketGate(
            MANAGEMENT_SOCKETS, MANAGEMENT_SOCKETS, InetAddress::isLoopbackAddress, metrics, clock),
        new BodyBudget(MANAGEMENT_BODIES),
        MANAGEMENT_ANSWERS,
        metrics,
        clock);
  }

  /** Those of the calling event loop. */
  PlainSockets sockets(Vertx own) {
    return new PlainSockets(own, limits, bodies, answerBytes, metrics, clock);
  }

  /** The same settings with the time that TLS gets. */
  HttpServerOptions timed(HttpServerOptions options) {
    return options
        .setSslHandshakeTimeout(limits.headerTimeoutMs())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private static PlainLimits limits(PlainSettings plain) {
    return new PlainLimits(
        plain.headerTimeoutMs(), plain.keepAliveTimeoutMs(), plain.bodyTimeoutMs());
  }

  /** Many clients come from there, each with the right to its part. */
  private static boolean isNear(InetAddress address, Locality.Settings locality) {
    return address.isLoopbackAddress()
        || Locality.isTrustedProxy(address.getHostAddress(), locality);
  }
}
