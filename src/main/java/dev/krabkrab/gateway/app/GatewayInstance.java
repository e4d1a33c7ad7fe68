package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.auth.DeviceKey;
import dev.krabkrab.gateway.config.InstanceSettings;
import dev.krabkrab.gateway.config.ManagementSettings;
import dev.krabkrab.gateway.config.TlsFiles;
import dev.krabkrab.gateway.config.TlsMaterial;
import dev.krabkrab.gateway.config.TlsReloader;
import dev.krabkrab.gateway.config.TraceSettings;
import dev.krabkrab.gateway.metrics.Telemetry;
import dev.krabkrab.gateway.protocol.schema.Schemas;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.settings.GatewaySettings;
import dev.krabkrab.gateway.telemetry.Traces;
import dev.krabkrab.gateway.transport.SocketServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ServerSSLOptions;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance: what it is made of, in the order it comes up and goes down. */
final class GatewayInstance {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayInstance.class);

  /** Part of the drain budget that nodes get to answer what they were asked. */
  private static final int NODE_SHARE = 4;

  /** Part of it that runs get to come to their end. */
  private static final int RUN_SHARE = 4;

  /** Longest wait for the last audit entries, when Redis is away. */
  private static final long AUDIT_FLUSH_MS = 1_000;

  private final Vertx vertx;
  private final Telemetry telemetry;
  private final Management management;
  private final LaunchPlan plan;
  private final Traces traces;
  private final String version;
  private final InstantSource clock;
  private final List<GatewayVerticle> verticles = new CopyOnWriteArrayList<>();
  private volatile @Nullable Core core;
  private volatile @Nullable Drain drain;
  private volatile WorkerRooms.@Nullable Opened rooms;
  private volatile @Nullable TlsMaterial tls;
  private volatile boolean accepting;
  private volatile int port;

  GatewayInstance(Vertx vertx, Telemetry telemetry, LaunchPlan plan, String version) {
    this(vertx, telemetry, plan, version, InstantSource.system());
  }

  /** The same with another clock than the machine's. */
  GatewayInstance(
      Vertx vertx, Telemetry telemetry, LaunchPlan plan, String version, InstantSource clock) {
    this.vertx = vertx;
    this.telemetry = telemetry;
    this.management = new Management(telemetry);
    this.plan = plan;
    this.version = version;
    this.traces = traces(plan.settings(), version);
    this.clock = clock;
  }

  /** Comes up; complete when the port accepts. */
  Future<Void> start(RedisSettings redis) {
    ManagementSettings asked = plan.settings().management();
    Future<Void> probed =
        asked == null
            ? Future.succeededFuture()
            : management.open(vertx, asked, plan.settings().limits().plain(), clock);
    return probed.compose(open -> startServing(redis));
  }

  private Future<Void> startServing(RedisSettings redis) {
    MethodBus bus = new MethodBus(vertx);
    Future<Schemas> schemas =
        vertx.executeBlocking(GatewayInstance::load).map(Objects::requireNonNull);
    Future<Void> certificate = vertx.executeBlocking(this::openTls).mapEmpty();
    return OwnContext.open(
            vertx, own -> Core.open(own, plan, redis, clock, telemetry.instruments(), traces))
        .compose(
            opened -> {
              core = opened;
              if (telemetry.isOn()) {
                opened.backplane().measure(telemetry.instruments().backplane());
              }
              guard(opened);
              return new WorkerRooms(vertx, opened, bus, version).open();
            })
        .compose(
            opened -> {
              rooms = opened;
              return Future.all(schemas, certificate, core().membership().start());
            })
        .compose(ready -> listen(bus, schemas.result()));
  }

  /** The settings in force now. */
  GatewaySettings settings() {
    return core().settings();
  }

  /** Whether this start made the gateway document. */
  boolean madeDocument() {
    return core().document().seeded();
  }

  /** The port that accepts. */
  int port() {
    return port;
  }

  /** The port for probes and metrics, or 0 without one. */
  int managementPort() {
    return management.port();
  }

  /** SHA-256 of the served certificate, or null without TLS. */
  @Nullable String fingerprint() {
    TlsMaterial material = tls;
    return material == null ? null : material.fingerprint();
  }

  /**
   * Goes down: not ready, nodes answer what they can, clients are sent away, leases are given up.
   *
   * @param budgetMs longest time for all of it, in milliseconds
   */
  Future<Void> stop(long budgetMs) {
    accepting = false;
    management.draining();
    WorkerRooms.Opened opened = rooms;
    Core shared = core;
    Drain ready = drain;
    if (shared == null || opened == null || ready == null) {
      return Future.succeededFuture();
    }
    long forNodes = budgetMs / NODE_SHARE;
    long forRuns = budgetMs / RUN_SHARE;
    return Future.join(
            opened.channels().drain(forNodes),
            opened.nodes().drain(forNodes),
            opened.cron().drain(forNodes))
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .compose(quiet -> opened.runs().drain(forRuns))
        .otherwiseEmpty()
        .compose(idle -> ready.run(budgetMs - forNodes - forRuns))
        .compose(empty -> opened.presence().presence().leave())
        .otherwiseEmpty()
        .compose(gone -> enterTheRest(opened))
        .otherwiseEmpty()
        .compose(entered -> shared.membership().leave())
        .otherwiseEmpty()
        .compose(left -> vertx.executeBlocking(this::closeTraces))
        .mapEmpty();
  }

  private static Future<Void> enterTheRest(WorkerRooms.Opened opened) {
    opened.refusals().closeWindow();
    return opened.audit().flush(AUDIT_FLUSH_MS);
  }

  private Core core() {
    return Objects.requireNonNull(core, "not started");
  }

  private void guard(Core opened) {
    DocumentRules.checkStart(plan, opened.document().document());
  }

  private static Traces traces(InstanceSettings settings, String version) {
    TraceSettings asked = settings.traces();
    return asked == null
        ? Traces.OFF
        : Traces.export(asked.endpoint(), asked.sampleRatio(), settings.instanceId(), version);
  }

  private @Nullable Object closeTraces() {
    traces.close();
    return null;
  }

  /** What would hold up an event loop when the first client came. */
  private static Schemas load() {
    DeviceKey.prepare();
    return Schemas.load();
  }

  private @Nullable Object openTls() {
    InstanceSettings own = plan.settings();
    if (own.tls().enabled()) {
      tls =
          new TlsFiles(own.tls())
              .open(own.instanceId(), InstantSource.system(), new SecureRandom());
    }
    return null;
  }

  private Future<Void> listen(MethodBus bus, Schemas schemas) {
    WorkerRooms.Opened opened = Objects.requireNonNull(rooms);
    Core shared = core();
    ServerStatus status =
        new ServerStatus(
            version,
            shared.backplane().instance(),
            bus,
            opened.presence().presence(),
            opened.presence().health(),
            () -> shared.settings().sessions(),
            shared.clock());
    Listeners listeners =
        new Listeners(
            vertx,
            shared,
            bus,
            schemas,
            status,
            opened.audit(),
            opened.refusals(),
            opened.observers(),
            HttpRoom.of(vertx, shared, opened, () -> accepting),
            ownAddresses(),
            tls,
            () -> accepting);
    accepting = true;
    DeploymentOptions everyLoop =
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    return vertx
        .deployVerticle(
            () -> {
              GatewayVerticle verticle = new GatewayVerticle(listeners);
              verticles.add(verticle);
              return verticle;
            },
            everyLoop)
        .onSuccess(up -> afterListen(listeners))
        .mapEmpty();
  }

  private void afterListen(Listeners listeners) {
    SocketServer first = verticles.getFirst().server();
    port = first == null ? plan.settings().port() : first.server().actualPort();
    TlsMaterial served = tls;
    if (served != null) {
      TlsReloader.start(
          vertx, plan.settings().tls(), served, TlsReloader.PERIOD_MS, this::renewCertificate);
    }
    Drain prepared = new Drain(vertx, core().connections());
    drain = prepared;
    WorkerRooms.Opened opened = Objects.requireNonNull(rooms);
    LimitReadings limits =
        new LimitReadings(core(), opened, listeners.handshakes(), listeners.plain());
    management.serving(core(), opened, limits, prepared);
  }

  private void renewCertificate(TlsMaterial material) {
    tls = material;
    ServerSSLOptions renewed = new ServerSSLOptions().setKeyCertOptions(Listeners.pem(material));
    renewed.setEnabledSecureTransportProtocols(
        new LinkedHashSet<>(plan.settings().tls().protocols()));
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

  private static Set<String> ownAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
          .collect(Collectors.toUnmodifiableSet());
    } catch (SocketException e) {
      LOG.warn("this host's addresses are unknown: {}", e.getMessage());
      return Set.of();
    }
  }
}
