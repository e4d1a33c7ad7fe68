package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.agents.AgentMethods;
import dev.krabkrab.gateway.approvals.ApprovalService;
import dev.krabkrab.gateway.audit.AuditMethods;
import dev.krabkrab.gateway.audit.AuditService;
import dev.krabkrab.gateway.audit.RefusalTrail;
import dev.krabkrab.gateway.channels.ChannelService;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.CallFinished;
import dev.krabkrab.gateway.cron.CronService;
import dev.krabkrab.gateway.models.ModelMethods;
import dev.krabkrab.gateway.nodes.NodeService;
import dev.krabkrab.gateway.pairing.BootstrapMethods;
import dev.krabkrab.gateway.pairing.BootstrapService;
import dev.krabkrab.gateway.pairing.PairingEvents;
import dev.krabkrab.gateway.pairing.PairingMethods;
import dev.krabkrab.gateway.pairing.PairingService;
import dev.krabkrab.gateway.pairing.RevocationSweep;
import dev.krabkrab.gateway.pairing.TokenKeys;
import dev.krabkrab.gateway.presence.GatewayFacts;
import dev.krabkrab.gateway.presence.LocalAudience;
import dev.krabkrab.gateway.presence.PresenceRoom;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.ConnectionObserver;
import dev.krabkrab.gateway.rpc.EmptyPanels;
import dev.krabkrab.gateway.rpc.Idempotency;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.runs.RunService;
import dev.krabkrab.gateway.settings.SettingsEditor;
import dev.krabkrab.gateway.settings.SettingsMethods;
import dev.krabkrab.gateway.settings.SettingsSchema;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Opens the worker verticles, one for each feature, each with a pipelined Redis connection of its
 * own, and collects who follows connections.
 */
final class WorkerRooms {
  /** How often connections are compared with the pairings, in case an order to close was lost. */
  private static final long SWEEP_EVERY_MS = 300_000;

  private final Vertx vertx;
  private final Core core;
  private final MethodBus bus;
  private final String version;
  private final List<ConnectionObserver> observers = new CopyOnWriteArrayList<>();

  WorkerRooms(Vertx vertx, Core core, MethodBus bus, String version) {
    this.vertx = vertx;
    this.core = core;
    this.bus = bus;
    this.version = version;
  }

  /** What others need to know of the open rooms. */
  record Opened(
      PresenceRoom presence,
      ApprovalService approvals,
      NodeService nodes,
      RunService runs,
      AgentWork work,
      CronService cron,
      ChannelService channels,
      InfoRoom info,
      AuditService audit,
      RefusalTrail refusals,
      List<ConnectionObserver> observers) {}

  private record Conversing(NodeService nodes, RunRoom.Opened runs, CronService cron) {}

  /** Share a loop and a connection: each decision is followed by its entry. */
  private record Decisions(AuditService audit, RefusalTrail refusals, ApprovalService approvals) {}

  Future<Opened> open() {
    return OwnContext.open(vertx, this::openDecisions).compose(this::openOthers);
  }

  private Future<Decisions> openDecisions(Vertx own) {
    RedisLink link = RedisLink.create(own, core.redis());
    AuditService audit =
        AuditService.open(
            own,
            link,
            core.backplane().instance(),
            () -> core.document().current().audit(),
            core.instruments().audit(),
            core.clock());
    bus.serve(new AuditMethods(audit).handlers());
    RefusalTrail refusals = RefusalTrail.start(own, audit);
    ApprovalService approvals = ApprovalRoom.open(own, link, core, bus, audit);
    observers.add(approvals);
    return link.ready().map(new Decisions(audit, refusals, approvals));
  }

  private Future<Opened> openOthers(Decisions decisions) {
    AuditService audit = decisions.audit();
    Future<PresenceRoom> presence = openPresence();
    Future<PairingService> pairing =
        presence.compose(
            room ->
                OwnContext.open(
                    vertx,
                    own ->
                        openPairing(own, audit, room.presence()::connected)
                            .onSuccess(
                                open ->
                                    decisions
                                        .approvals()
                                        .nameDevices(ApprovalRoom.names(own, open)))));
    Future<InfoRoom.Settings> settings = OwnContext.open(vertx, own -> openSettings(audit));
    Future<InfoRoom> info =
        settings.compose(
            open -> OwnContext.open(vertx, own -> InfoRoom.open(own, core, bus, open, version)));
    Future<ChannelRoom> channels =
        settings.compose(
            open -> OwnContext.open(vertx, own -> ChannelRoom.open(own, core, bus, open)));
    Future<?> logs = vertx.deployVerticle(new LogRoom(core, bus));
    return Future.all(presence, pairing, info, channels, logs)
        .compose(
            up ->
                OwnContext.open(
                    vertx, own -> openNodes(own, decisions, info.result(), channels.result())))
        .compose(
            nodes ->
                OwnContext.open(vertx, own -> SessionRoom.open(own, core, bus, nodes)).map(nodes))
        .compose(nodes -> openConversing(nodes, info.result(), channels.result()))
        .onSuccess(
            conversing -> {
              ChannelRoom room = channels.result();
              room.start(core, bus, conversing.runs().work(), decisions.approvals());
              presence.result().health().consult(() -> room.facts(core));
            })
        .map(
            conversing ->
                new Opened(
                    presence.result(),
                    decisions.approvals(),
                    conversing.nodes(),
                    conversing.runs().runs(),
                    conversing.runs().work(),
                    conversing.cron(),
                    channels.result().channels(),
                    info.result(),
                    audit,
                    decisions.refusals(),
                    List.copyOf(observers)));
  }

  private Future<InfoRoom.Settings> openSettings(AuditService audit) {
    return vertx
        .executeBlocking(SettingsSchema::load)
        .map(loaded -> Objects.requireNonNull(loaded).with(DocumentRules.of(core.plan())))
        .map(
            schema -> {
              bus.serve(
                  new AgentMethods(() -> core.settings().agents(), () -> core.settings().sessions())
                      .handlers());
              bus.serve(
                  new ModelMethods(
                          () -> core.settings().models(),
                          () -> core.document().document().parsed(),
                          core.variables(),
                          core.clock())
                      .handlers());
              bus.serve(EmptyPanels.handlers());
              bus.serve(
                  new SettingsMethods(core.document(), schema, core.clock(), version, audit)
                      .handlers());
              return new InfoRoom.Settings(
                  new SettingsEditor(core.document(), schema, core.clock(), version, audit),
                  () -> schema.issues(core.document().document().parsed()).isEmpty());
            });
  }

  private Future<NodeService> openNodes(
      Vertx own, Decisions decisions, InfoRoom info, ChannelRoom channels) {
    return new NodeRoom(own, core, bus, decisions.audit())
        .open(decisions.approvals(), channels.deliveries(), observers::add)
        .onSuccess(nodes -> info.serveBrowsers(core, bus, nodes));
  }

  private Future<Conversing> openConversing(
      NodeService nodes, InfoRoom info, ChannelRoom channels) {
    return OwnContext.open(
            vertx, own -> RunRoom.open(own, core, bus, nodes, info, channels.deliveries()))
        .compose(
            runs ->
                OwnContext.open(
                        vertx,
                        own ->
                            CronRoom.open(
                                own, core, bus, new AgentTurns(core, runs.work(), channels)))
                    .map(cron -> new Conversing(nodes, runs, cron)));
  }

  private Future<PresenceRoom> openPresence() {
    return vertx
        .executeBlocking(() -> GatewayFacts.ofThisHost(version, System.getenv()))
        .map(Objects::requireNonNull)
        .compose(facts -> OwnContext.open(vertx, own -> openPresence(own, facts)));
  }

  private Future<PresenceRoom> openPresence(Vertx own, GatewayFacts facts) {
    return PresenceRoom.open(
            own,
            core.redis(),
            core.backplane(),
            core.membership(),
            LocalAudience.of(core.broadcaster(), core.connections()::count),
            facts,
            () -> core.settings().heartbeat(),
            core.clock())
        .onSuccess(
            room -> {
              bus.serve(room.handlers());
              observers.add(room.presence());
            });
  }

  private Future<PairingService> openPairing(
      Vertx own, AuditService audit, Supplier<Future<Set<String>>> connected) {
    RedisLink link = RedisLink.create(own, core.redis());
    PairingService service =
        new PairingService(link, tokenKeys(own, core, link), audit, core.ids());
    PairingEvents events = PairingRoom.events(core);
    bus.serve(
        new PairingMethods(service, events, audit, PairingRoom.shown(core), connected).handlers());
    bus.serve(new BootstrapMethods(new BootstrapService(link, core.random()), audit).handlers());
    RevocationSweep sweep =
        new RevocationSweep(service, events, () -> core.connections().callers());
    core.backplane().onResync(sweep::run);
    own.setPeriodic(SWEEP_EVERY_MS, timer -> sweep.run());
    return link.ready().map(service);
  }

  /** Device tokens are signed and read where they are needed, with the keys all instances share. */
  static TokenKeys tokenKeys(Vertx own, Core core, RedisLink link) {
    return new TokenKeys(own, link, core.ids(), core.random(), core.clock());
  }

  /** Calls that are made once for each key, on a room's context. */
  static Idempotency idempotency(Vertx own, Core core, RedisLink link) {
    Idempotency idempotency =
        new Idempotency(
            own,
            link,
            core.backplane().instance(),
            name -> core.backplane().publishToAll(new CallFinished(name)),
            core.membership()::present,
            core.ids());
    core.backplane()
        .on(CallFinished.class, received -> idempotency.finished(received.message().key()));
    return idempotency;
  }
}
