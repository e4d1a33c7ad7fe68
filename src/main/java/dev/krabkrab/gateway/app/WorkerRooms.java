package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.agents.AgentMethods;
import dev.krabkrab.gateway.approvals.ApprovalCheck;
import dev.krabkrab.gateway.approvals.ApprovalMethods;
import dev.krabkrab.gateway.approvals.ApprovalPolicyService;
import dev.krabkrab.gateway.approvals.ApprovalService;
import dev.krabkrab.gateway.approvals.ApprovalSettings;
import dev.krabkrab.gateway.audit.AuditMethods;
import dev.krabkrab.gateway.audit.AuditService;
import dev.krabkrab.gateway.audit.RefusalTrail;
import dev.krabkrab.gateway.channels.ChannelService;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.CallFinished;
import dev.krabkrab.gateway.config.LimitSettings;
import dev.krabkrab.gateway.cron.CronService;
import dev.krabkrab.gateway.heartbeat.HeartbeatRequests;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.models.ModelMethods;
import dev.krabkrab.gateway.nodes.CommandPolicy;
import dev.krabkrab.gateway.nodes.NodeConnections;
import dev.krabkrab.gateway.nodes.NodeLimits;
import dev.krabkrab.gateway.nodes.NodeMethods;
import dev.krabkrab.gateway.nodes.NodeNeighbours;
import dev.krabkrab.gateway.nodes.NodePairingMethods;
import dev.krabkrab.gateway.nodes.NodePairingService;
import dev.krabkrab.gateway.nodes.NodePairingStore;
import dev.krabkrab.gateway.nodes.NodePolicySettings;
import dev.krabkrab.gateway.nodes.NodeService;
import dev.krabkrab.gateway.nodes.PairedNode;
import dev.krabkrab.gateway.nodes.RunApprovals;
import dev.krabkrab.gateway.pairing.BootstrapMethods;
import dev.krabkrab.gateway.pairing.BootstrapService;
import dev.krabkrab.gateway.pairing.PairedDevice;
import dev.krabkrab.gateway.pairing.PairingEvents;
import dev.krabkrab.gateway.pairing.PairingMethods;
import dev.krabkrab.gateway.pairing.PairingService;
import dev.krabkrab.gateway.pairing.RevocationSweep;
import dev.krabkrab.gateway.pairing.TokenKeys;
import dev.krabkrab.gateway.presence.GatewayFacts;
import dev.krabkrab.gateway.presence.LocalAudience;
import dev.krabkrab.gateway.presence.PresenceRoom;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.ConnectionObserver;
import dev.krabkrab.gateway.rpc.Idempotency;
import dev.krabkrab.gateway.rpc.InternalCalls;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.runs.RunService;
import dev.krabkrab.gateway.settings.GatewaySettings;
import dev.krabkrab.gateway.settings.SettingsEditor;
import dev.krabkrab.gateway.settings.SettingsMethods;
import dev.krabkrab.gateway.settings.SettingsSchema;
import dev.krabkrab.gateway.voice.VoiceConnections;
import dev.krabkrab.gateway.voice.VoiceMethods;
import dev.krabkrab.gateway.voice.VoiceService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

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
    ApprovalService approvals = openApprovals(own, link, audit);
    return link.ready().map(new Decisions(audit, refusals, approvals));
  }

  private Future<Opened> openOthers(Decisions decisions) {
    AuditService audit = decisions.audit();
    Future<PresenceRoom> presence = openPresence();
    Future<PairingService> pairing = OwnContext.open(vertx, own -> openPairing(own, audit));
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
        .map(Objects::requireNonNull)
        .map(
            schema -> {
              bus.serve(
                  new AgentMethods(() -> core.settings().agents(), () -> core.settings().sessions())
                      .handlers());
              bus.serve(new ModelMethods(() -> core.settings().models()).handlers());
              bus.serve(
                  new SettingsMethods(core.document(), schema, core.clock(), version, audit)
                      .handlers());
              return new InfoRoom.Settings(
                  new SettingsEditor(core.document(), schema, core.clock(), version, audit),
                  () -> schema.issues(core.document().document().parsed()).isEmpty());
            });
  }

  private Future<Conversing> openConversing(
      NodeService nodes, InfoRoom info, ChannelRoom channels) {
    return OwnContext.open(
            vertx, own -> RunRoom.open(own, core, bus, nodes, info.usage(), channels.deliveries()))
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

  private Future<PairingService> openPairing(Vertx own, AuditService audit) {
    RedisLink link = RedisLink.create(own, core.redis());
    PairingService service =
        new PairingService(link, tokenKeys(own, core, link), audit, core.ids());
    PairingEvents events = new PairingEvents(core.broadcaster());
    bus.serve(new PairingMethods(service, events, audit).handlers());
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

  private ApprovalService openApprovals(Vertx own, RedisLink link, AuditService audit) {
    ApprovalSettings defaults = ApprovalSettings.DEFAULTS;
    LimitSettings limits = core.plan().settings().limits();
    ApprovalService service =
        ApprovalService.create(
            own,
            link,
            core.backplane(),
            core.broadcaster(),
            core.membership(),
            core.ids(),
            core.clock(),
            core.random(),
            new ApprovalSettings(
                defaults.retentionMs(),
                defaults.busyCheckMs(),
                defaults.idleCheckMs(),
                limits.pendingApprovalsPerConnection(),
                limits.pendingApprovalsPerDevice(),
                core.settings().approvalFailFast()),
            core.instruments().approvals(),
            audit);
    ApprovalPolicyService policy =
        new ApprovalPolicyService(link, core.ids(), core.random(), audit);
    bus.serve(new ApprovalMethods(service, policy).handlers());
    observers.add(service);
    return service;
  }

  private Future<NodeService> openNodes(
      Vertx own, Decisions decisions, InfoRoom info, ChannelRoom channels) {
    AuditService audit = decisions.audit();
    LimitSettings limits = core.plan().settings().limits();
    RedisLink link = RedisLink.create(own, core.redis());
    SystemEventService events = new SystemEventService(link);
    HeartbeatRequests heartbeats = new HeartbeatRequests(link, () -> core.settings().heartbeat());
    NodePairingStore names = new NodePairingStore(link, NodePairingService.REQUEST_TTL_MS);
    PairingService devices =
        new PairingService(link, tokenKeys(own, core, link), audit, core.ids());
    NodeService nodes =
        new NodeService(
            own,
            link,
            core.backplane(),
            core.membership(),
            new CommandPolicy(() -> nodePolicy(core.settings())),
            new NodeNeighbours(
                () -> devices.list().map(listing -> nodes(listing.paired())),
                (runId, caller, nodeId, text, argv) ->
                    decisions
                        .approvals()
                        .claimForRun(runId, caller, nodeId, text, argv)
                        .map(WorkerRooms::verdict),
                (session, text, context) ->
                    events
                        .enqueue(core.settings().sessions().canonical(session), text, context)
                        .compose(queued -> heartbeats.ask("exec-event")),
                new NodeAsks(
                    new InternalCalls(bus, core.ids()),
                    channels.deliveries(),
                    key -> core.settings().sessions().canonical(key),
                    core.ids(),
                    core.clock()),
                names,
                new LocalNodeSockets(core.connections()),
                audit),
            new NodeLimits(limits.pendingInvokesPerCaller(), limits.chatSubscriptionsPerNode()),
            core.ids(),
            core.clock(),
            core.instruments().invokes());
    Idempotency idempotency = idempotency(own, core, link);
    VoiceService voice =
        new VoiceService(link, core.broadcaster(), nodes::mobileConnected, core.clock());
    observers.add(new NodeConnections(own.getOrCreateContext(), nodes));
    observers.add(new VoiceConnections(own.getOrCreateContext(), voice));
    bus.serve(new NodeMethods(nodes, idempotency).handlers());
    bus.serve(
        new NodePairingMethods(
                new NodePairingService(names, nodes, core.broadcaster(), core.ids()), audit)
            .handlers());
    bus.serve(new VoiceMethods(voice).handlers());
    info.serveBrowsers(core, bus, nodes);
    return link.ready().compose(up -> nodes.start()).map(nodes);
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

  private static NodePolicySettings nodePolicy(GatewaySettings settings) {
    return new NodePolicySettings(
        settings.nodeAllowCommands(),
        settings.nodeDenyCommands(),
        settings.strictUnknownPlatform(),
        settings.requireRunApproval());
  }

  private static RunApprovals.Verdict verdict(ApprovalCheck check) {
    return switch (check) {
      case ApprovalCheck.Granted(String decision) -> new RunApprovals.Verdict.Granted(decision);
      case ApprovalCheck.Refused refused -> new RunApprovals.Verdict.Refused(refused.toError());
    };
  }

  private static List<PairedNode> nodes(List<PairedDevice> devices) {
    return devices.stream()
        .filter(device -> device.roles().contains(Caller.NODE))
        .map(
            device ->
                new PairedNode(
                    device.deviceId(),
                    device.facts().displayName(),
                    device.facts().platform(),
                    device.facts().remoteIp()))
        .toList();
  }
}
