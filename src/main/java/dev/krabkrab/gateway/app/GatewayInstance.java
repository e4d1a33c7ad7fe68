package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.audit.AuditVerticle;
import dev.krabkrab.gateway.access.auth.Cidr;
import dev.krabkrab.gateway.access.auth.DeviceKey;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.auth.OwnAddresses;
import dev.krabkrab.gateway.access.auth.jwt.Issuers;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.access.auth.settings.ControlUiSettings;
import dev.krabkrab.gateway.access.handshake.AdmissionPolicy;
import dev.krabkrab.gateway.access.handshake.HandshakeFactory;
import dev.krabkrab.gateway.agent.media.PdfService;
import dev.krabkrab.gateway.edge.console.AssetTable;
import dev.krabkrab.gateway.edge.console.ConsoleHttp;
import dev.krabkrab.gateway.edge.health.Management;
import dev.krabkrab.gateway.edge.health.ServerStatus;
import dev.krabkrab.gateway.edge.http.HttpAudit;
import dev.krabkrab.gateway.edge.http.HttpEndpoints;
import dev.krabkrab.gateway.edge.metrics.Telemetry;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.ManagementSettings;
import dev.krabkrab.gateway.platform.config.TlsFiles;
import dev.krabkrab.gateway.platform.config.TlsMaterial;
import dev.krabkrab.gateway.platform.protocol.schema.Schemas;
import dev.krabkrab.gateway.platform.redis.DataFormat;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.RedisWait;
import dev.krabkrab.gateway.platform.rpc.Dispatcher;
import dev.krabkrab.gateway.platform.telemetry.Traces;
import dev.krabkrab.gateway.platform.transport.ConnectionAging;
import dev.krabkrab.gateway.platform.transport.Drain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One instance: what it is made of, in the order it comes up and goes down. */
final class GatewayInstance {
  private final Vertx vertx;
  private final Telemetry telemetry;
  private final Management management;
  private final LaunchPlan plan;
  private final Traces traces;
  private final String version;
  private final InstantSource clock;
  private volatile @Nullable Core core;
  private volatile @Nullable Drain drain;
  private volatile @Nullable WorkerVerticles workers;
  private volatile @Nullable TlsMaterial tls;
  private volatile boolean accepting;
  private volatile @Nullable Listeners listeners;
  private final TopologyWatch topology;

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
    this.traces = Tracing.of(plan.settings(), version);
    this.clock = clock;
    this.topology = new TopologyWatch(vertx, management, telemetry.instruments().backplane());
  }

  /** Comes up; complete when the port accepts. */
  Future<Void> start(RedisSettings redis) {
    return prepare(redis).compose(there -> serve(redis));
  }

  /**
   * Opens the management port and waits for Redis, as long as it takes; fails when its data is for
   * another release.
   */
  Future<Void> prepare(RedisSettings redis) {
    ManagementSettings managementSettings = plan.settings().management();
    Future<Void> probed =
        managementSettings == null
            ? Future.succeededFuture()
            : management.open(vertx, managementSettings, plan.settings().limits().plain(), clock);
    return probed.compose(
        open -> {
          management.waitingForRedis(true);
          return RedisWait.until(vertx, redis)
              .onComplete(there -> management.waitingForRedis(false))
              .compose(there -> DataFormat.check(vertx, redis, version));
        });
  }

  /** Comes up when {@link #prepare} is complete. */
  Future<Void> serve(RedisSettings redis) {
    Future<Schemas> schemas =
        vertx.executeBlocking(GatewayInstance::load).map(Objects::requireNonNull);
    Future<AssetTable> pages = vertx.executeBlocking(AssetTable::load).map(Objects::requireNonNull);
    Future<Void> certificate = vertx.executeBlocking(this::openTls).mapEmpty();
    CoreVerticle shared =
        new CoreVerticle(
            own -> Core.open(own, plan, redis, clock, telemetry.instruments(), traces));
    return vertx
        .deployVerticle(shared)
        .compose(
            up -> {
              Core opened = shared.core();
              core = opened;
              DocumentRules.checkStart(plan, opened.document().document());
              return new WorkerVerticles(vertx, opened, version).deploy();
            })
        .compose(
            opened -> {
              workers = opened;
              return topology.deploy(core(), version);
            })
        .compose(up -> Future.all(schemas, pages, certificate, core().membership().start()))
        .compose(ready -> listen(schemas.result(), pages.result()));
  }

  /** Who is let in now. */
  AuthSettings auth() {
    return core().auth().get();
  }

  /** Whether this start made the gateway document. */
  boolean madeDocument() {
    return core().document().seeded();
  }

  /** The port that accepts. */
  int port() {
    Listeners made = listeners;
    return made == null ? 0 : made.port();
  }

  /** The port for probes and metrics, or 0 without one. */
  int managementPort() {
    return management.port();
  }

  /** SHA-256 of the served certificate, or null without TLS. */
  @Nullable String fingerprint() {
    Listeners made = listeners;
    return made == null ? null : made.fingerprint();
  }

  /**
   * Goes down: not ready, no new work is begun, clients are answered and sent away, leases are
   * given up.
   *
   * @param budgetMs longest time for all of it, in milliseconds
   */
  Future<Void> stop(long budgetMs) {
    accepting = false;
    management.draining();
    WorkerVerticles opened = workers;
    Core shared = core;
    Drain ready = drain;
    if (shared == null || opened == null || ready == null) {
      return shared == null ? Future.succeededFuture() : shared.membership().leave();
    }
    return new OrderlyStop(shared, opened, ready)
        .run(budgetMs)
        .compose(left -> vertx.executeBlocking(this::closeTraces))
        .mapEmpty();
  }

  /** Makes what lets one browser in, once; see {@link ConsoleLink}. */
  Future<@Nullable String> consoleLink() {
    return new ConsoleLink(vertx, core().platform()).make();
  }

  /** The audit trail, once this instance is up. */
  AuditVerticle audit() {
    return Objects.requireNonNull(workers, "not started").audit();
  }

  private Core core() {
    return Objects.requireNonNull(core, "not started");
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

  private Future<Void> listen(Schemas schemas, AssetTable pages) {
    WorkerVerticles opened = Objects.requireNonNull(workers);
    Core shared = core();
    Listeners made =
        new Listeners(
            shared,
            handshakes(shared, opened, schemas),
            new Dispatcher(
                schemas,
                shared.platform().bus(),
                plan.settings().limits().requestsInFlight(),
                shared.instruments().calls(),
                opened.audit().refusals(),
                shared.traces()),
            endpoints(shared, opened, pages),
            tls,
            () -> accepting);
    listeners = made;
    accepting = true;
    return made.listen(vertx).onSuccess(up -> afterListen(made));
  }

  private HandshakeFactory handshakes(Core shared, WorkerVerticles opened, Schemas schemas) {
    InstanceSettings own = plan.settings();
    Locality.Settings locality =
        new Locality.Settings(
            own.trustedProxies().stream().map(Cidr::parse).toList(),
            new LinkedHashSet<>(OwnAddresses.find()),
            own.localAutoApproval());
    AdmissionPolicy policy =
        new AdmissionPolicy(
            shared.platform(),
            shared.auth(),
            new Issuers(vertx, own.issuerFiles(), clock),
            locality,
            own.mayBeOpen());
    return new HandshakeFactory(
        shared.platform(),
        policy,
        new HandshakeFactory.Parts(
            schemas,
            new ServerStatus(
                version, shared.platform(), opened.presence().service(), opened.health().service()),
            opened.audit().service(),
            opened.audit().refusals(),
            opened.observers(),
            shared.instruments().handshakes(),
            WorkerVerticles.shown(shared)));
  }

  private HttpEndpoints endpoints(Core shared, WorkerVerticles opened, AssetTable pages) {
    return new HttpEndpoints(
        shared.platform(),
        opened.agents(),
        opened.channels().channels(),
        opened.media(),
        PdfService.create(vertx),
        new HttpAudit(opened.audit().service(), opened.audit().refusals()),
        new ConsoleHttp(
            pages,
            shared.platform().section(ControlUiSettings::of),
            () -> shared.auth().get().mode()),
        () -> accepting);
  }

  private void afterListen(Listeners listening) {
    WorkerVerticles opened = Objects.requireNonNull(workers);
    Drain prepared = new Drain(vertx, core().connections(), opened.nodes().service()::leave);
    drain = prepared;
    long ageMinutes = plan.settings().drain().connectionAgeMinutes();
    if (ageMinutes > 0) {
      ConnectionAging.start(
          vertx,
          core().connections(),
          clock,
          () -> core().membership().live().size() > 1,
          TimeUnit.MINUTES.toMillis(ageMinutes),
          opened.nodes().service()::leave);
    }
    topology.report(prepared);
    telemetry.follow(Gauges.of(core(), opened, listening, management, prepared));
    management.serving(core().links(), core().backplane());
  }
}
