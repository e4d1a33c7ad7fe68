package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.auth.HostClaims;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.handshake.GatewayVerticle;
import dev.krabkrab.gateway.access.handshake.HandshakeFactory;
import dev.krabkrab.gateway.access.handshake.HandshakePolicy;
import dev.krabkrab.gateway.access.handshake.PlainSocketBounds;
import dev.krabkrab.gateway.edge.http.HttpEndpoints;
import dev.krabkrab.gateway.edge.http.HttpGuard;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.TlsMaterial;
import dev.krabkrab.gateway.platform.config.TlsReloader;
import dev.krabkrab.gateway.platform.rpc.Dispatcher;
import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.ConnectionListener;
import dev.krabkrab.gateway.platform.transport.SocketGate;
import dev.krabkrab.gateway.platform.transport.SocketServer;
import dev.krabkrab.gateway.platform.transport.UpgradeInfo;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what each gateway verticle is made of, and serves renewed certificates. */
final class Listeners implements GatewayVerticle.Parts {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  /** One free port for all event loops; for 0, Vert.x takes one for each. */
  private static final int ONE_FREE_PORT = -1;

  private final Core core;
  private final HandshakeFactory handshakes;
  private final Dispatcher dispatcher;
  private final HttpEndpoints http;
  private final BooleanSupplier accepting;
  private final PlainSocketBounds plain;
  private final List<GatewayVerticle> verticles = new CopyOnWriteArrayList<>();
  private volatile @Nullable TlsMaterial tls;

  Listeners(
      Core core,
      HandshakeFactory handshakes,
      Dispatcher dispatcher,
      HttpEndpoints http,
      @Nullable TlsMaterial tls,
      BooleanSupplier accepting) {
    this.core = core;
    this.handshakes = handshakes;
    this.dispatcher = dispatcher;
    this.http = http;
    this.tls = tls;
    this.accepting = accepting;
    this.plain =
        PlainSocketBounds.of(
            core.platform(), core.instruments().sockets(), handshakes.policy().locality());
  }

  /** Listens on every event loop. */
  Future<Void> listen(Vertx vertx) {
    DeploymentOptions everyLoop =
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    return vertx
        .deployVerticle(
            () -> {
              GatewayVerticle verticle = new GatewayVerticle(this);
              verticles.add(verticle);
              return verticle;
            },
            everyLoop)
        .onSuccess(up -> watchCertificate(vertx))
        .mapEmpty();
  }

  /** The port that accepts. */
  int port() {
    SocketServer first = verticles.getFirst().server();
    return first == null ? core.plan().settings().port() : first.server().actualPort();
  }

  /** SHA-256 of the served certificate, or null without TLS. */
  @Nullable String fingerprint() {
    TlsMaterial material = tls;
    return material == null ? null : material.fingerprint();
  }

  /** When the served certificate ends, in seconds of Unix time, or 0 without TLS. */
  long certificateEnds() {
    TlsMaterial material = tls;
    return material == null ? 0 : material.ends().getEpochSecond();
  }

  @Override
  public HandshakeFactory handshakes() {
    return handshakes;
  }

  @Override
  public Dispatcher dispatcher() {
    return dispatcher;
  }

  @Override
  public SocketServer server(Vertx own, ConnectionListener listener) {
    return new SocketServer(
        own,
        options(),
        core.connections().openLoop(own),
        new SocketServer.Handlers(listener, http.open(own, access(own))),
        new SocketServer.Bounds(plain.sockets(own), plain.gate()),
        new SocketServer.Instruments(core.instruments().sockets(), core.ids(), core.clock()));
  }

  private HttpGuard access(Vertx own) {
    return new HttpGuard(
        handshakes.limiter(own),
        () -> {
          HandshakePolicy now = handshakes.policy().get();
          return new HttpGuard.Rules(
              now.secret(),
              now.tokens(),
              now.rateLimits(),
              now.identities(),
              now.standing(),
              now.silentScopes());
        },
        handshakes.policy().locality(),
        core.clock());
  }

  /** What plain sockets take of this instance. */
  PlainSocketBounds plain() {
    return plain;
  }

  @Override
  public boolean accepting() {
    return accepting.getAsBoolean();
  }

  @Override
  public boolean hasRoom(Connection connection) {
    return core.connections().count() < core.plan().settings().limits().connections()
        && SocketGate.countAs(connection, () -> countedAs(connection.upgrade()));
  }

  private @Nullable String countedAs(UpgradeInfo upgrade) {
    MultiMap headers = HostClaims.in(upgrade.headers(), upgrade.target(), null);
    Locality client = Locality.of(upgrade.peer(), headers, handshakes.policy().locality());
    return client.local() ? null : client.subject();
  }

  private HttpServerOptions options() {
    InstanceSettings own = core.plan().settings();
    int port = own.port() == 0 ? ONE_FREE_PORT : own.port();
    HttpServerOptions options =
        plain.timed(SocketServer.baseOptions()).setHost(own.bind()).setPort(port);
    if (own.proxyProtocol()) {
      options
          .setUseProxyProtocol(true)
          .setProxyProtocolTimeout(plain.limits().headerTimeoutMs())
          .setProxyProtocolTimeoutUnit(TimeUnit.MILLISECONDS);
    }
    TlsMaterial material = tls;
    if (material != null) {
      options
          .setSsl(true)
          .setEnabledSecureTransportProtocols(new LinkedHashSet<>(own.tls().protocols()))
          .setKeyCertOptions(pem(material));
    }
    return options;
  }

  private static PemKeyCertOptions pem(TlsMaterial material) {
    return new PemKeyCertOptions()
        .setCertValue(Buffer.buffer(material.certificate()))
        .setKeyValue(Buffer.buffer(material.key()));
  }

  private void watchCertificate(Vertx vertx) {
    TlsMaterial served = tls;
    if (served != null) {
      TlsReloader.start(
          vertx, core.plan().settings().tls(), served, TlsReloader.PERIOD_MS, this::renew);
    }
  }

  private void renew(TlsMaterial material) {
    tls = material;
    ServerSSLOptions renewed = new ServerSSLOptions().setKeyCertOptions(pem(material));
    renewed.setEnabledSecureTransportProtocols(
        new LinkedHashSet<>(core.plan().settings().tls().protocols()));
    for (GatewayVerticle verticle : verticles) {
      SocketServer server = verticle.server();
      if (server != null) {
        server
            .server()
            .updateSSLOptions(renewed)
            .onSuccess(done -> LOG.info("certificate renewed: {}", material.fingerprint()))
            .onFailure(e -> LOG.error("the renewed certificate is not served", e));
      }
    }
  }
}
