package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.approvals.ApprovalCheck;
import dev.krabkrab.gateway.approvals.ApprovalService;
import dev.krabkrab.gateway.audit.AuditService;
import dev.krabkrab.gateway.config.LimitSettings;
import dev.krabkrab.gateway.heartbeat.HeartbeatRequests;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
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
import dev.krabkrab.gateway.pairing.NodeRoleService;
import dev.krabkrab.gateway.pairing.PairedDevice;
import dev.krabkrab.gateway.pairing.PairingService;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.ConnectionObserver;
import dev.krabkrab.gateway.rpc.Idempotency;
import dev.krabkrab.gateway.rpc.InternalCalls;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.runs.RunDeliveries;
import dev.krabkrab.gateway.settings.GatewaySettings;
import dev.krabkrab.gateway.voice.VoiceConnections;
import dev.krabkrab.gateway.voice.VoiceMethods;
import dev.krabkrab.gateway.voice.VoiceService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds what nodes are reached by, with a connection to Redis of its own. */
final class NodeRoom {
  private final Vertx own;
  private final Core core;
  private final MethodBus bus;
  private final AuditService audit;

  NodeRoom(Vertx own, Core core, MethodBus bus, AuditService audit) {
    this.own = own;
    this.core = core;
    this.bus = bus;
    this.audit = audit;
  }

  /**
   * @param deliveries of what nodes ask agents for
   * @param follow is given who follows connections
   */
  Future<NodeService> open(
      ApprovalService approvals, RunDeliveries deliveries, Consumer<ConnectionObserver> follow) {
    LimitSettings limits = core.plan().settings().limits();
    RedisLink link = RedisLink.create(own, core.redis());
    SystemEventService events = new SystemEventService(link);
    HeartbeatRequests heartbeats = new HeartbeatRequests(link, () -> core.settings().heartbeat());
    NodePairingStore names = new NodePairingStore(link, NodePairingService.REQUEST_TTL_MS);
    PairingService devices =
        new PairingService(link, WorkerRooms.tokenKeys(own, core, link), audit, core.ids());
    NodeService nodes =
        new NodeService(
            own,
            link,
            core.backplane(),
            core.membership(),
            new CommandPolicy(() -> nodePolicy(core.settings())),
            new NodeNeighbours(
                () -> devices.list().map(listing -> nodes(listing.paired())),
                (runId, caller, nodeId, params) ->
                    approvals.claimForRun(runId, caller, nodeId, params).map(NodeRoom::verdict),
                (session, text, context) ->
                    events
                        .enqueue(core.settings().sessions().canonical(session), text, context)
                        .compose(queued -> heartbeats.ask("exec-event")),
                new NodeAsks(
                    new InternalCalls(bus, core.ids()),
                    deliveries,
                    key -> core.settings().sessions().usable(key),
                    core.ids(),
                    core.clock()),
                key -> core.settings().sessions().usable(key),
                names,
                new LocalNodeSockets(core.connections()),
                audit),
            new NodeLimits(limits.pendingInvokesPerCaller(), limits.chatSubscriptionsPerNode()),
            core.ids(),
            core.clock(),
            core.instruments().invokes());
    Idempotency idempotency = WorkerRooms.idempotency(own, core, link);
    VoiceService voice =
        new VoiceService(link, core.broadcaster(), nodes::mobileConnected, core.clock());
    follow.accept(new NodeConnections(own.getOrCreateContext(), nodes));
    follow.accept(new VoiceConnections(own.getOrCreateContext(), voice));
    bus.serve(new NodeMethods(nodes, idempotency).handlers());
    bus.serve(
        new NodePairingMethods(
                new NodePairingService(
                    names,
                    nodes,
                    new NodeRoleService(link, PairingRoom.events(core))::withdraw,
                    core.broadcaster(),
                    core.ids()),
                audit)
            .handlers());
    bus.serve(new VoiceMethods(voice).handlers());
    return link.ready().compose(up -> nodes.start()).map(nodes);
  }

  static NodePolicySettings nodePolicy(GatewaySettings settings) {
    return new NodePolicySettings(
        settings.nodeAllowCommands(),
        settings.nodeDenyCommands(),
        unknown(settings.strictUnknownPlatform()),
        settings.requireRunApproval(),
        settings.nodeSessions());
  }

  private static NodePolicySettings.Unknown unknown(@Nullable Boolean strict) {
    if (strict == null) {
      return NodePolicySettings.Unknown.NOTHING_THAT_RUNS;
    }
    return strict ? NodePolicySettings.Unknown.NOTHING : NodePolicySettings.Unknown.EVERYTHING;
  }

  private static RunApprovals.Verdict verdict(ApprovalCheck check) {
    return switch (check) {
      case ApprovalCheck.Granted granted ->
          new RunApprovals.Verdict.Granted(granted.decision(), granted.run());
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
