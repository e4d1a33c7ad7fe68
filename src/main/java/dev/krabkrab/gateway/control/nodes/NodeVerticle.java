package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.CredentialStanding;
import dev.krabkrab.gateway.access.pairing.NodeRoleService;
import dev.krabkrab.gateway.access.pairing.PairedDevice;
import dev.krabkrab.gateway.access.pairing.PairingService;
import dev.krabkrab.gateway.access.pairing.PairingVerticle;
import dev.krabkrab.gateway.control.approvals.ApprovalCheck;
import dev.krabkrab.gateway.control.approvals.ApprovalService;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves the methods of nodes and keeps the registrations of those that are connected here.
 * Protocol 02 §6 to §11, 03 §4.
 */
public final class NodeVerticle extends FeatureVerticle {
  private final AuditTrail audit;
  private final ApprovalService approvals;
  private final Function<RedisLink, NodeRoleService> roles;
  private final Function<RedisLink, NodeAgents> agents;
  private final InvokeMetrics metrics;
  private @Nullable NodeService service;
  private @Nullable Context home;
  private @Nullable NodeConnections connections;

  /**
   * @param approvals say which commands may run
   * @param roles takes the node role from devices, over this verticle's link
   * @param agents makes what nodes reach agents by, over this verticle's link
   */
  public NodeVerticle(
      Platform platform,
      AuditTrail audit,
      ApprovalService approvals,
      Function<RedisLink, NodeRoleService> roles,
      Function<RedisLink, NodeAgents> agents,
      InvokeMetrics metrics) {
    super(platform);
    this.audit = audit;
    this.approvals = approvals;
    this.roles = roles;
    this.agents = agents;
    this.metrics = metrics;
  }

  @Override
  protected void open(RedisLink link) {
    NodePairingStore names = new NodePairingStore(link, NodePairingService.REQUEST_TTL_MS);
    PairingService devices = PairingVerticle.service(vertx, link, platform, audit);
    NodeService opened =
        new NodeService(
            vertx,
            link,
            platform,
            platform.section(NodePolicySettings::of),
            new NodeDependencies(
                () -> devices.list().map(listing -> nodes(listing.paired())),
                (runId, caller, nodeId, params) ->
                    approvals.claimForRun(runId, caller, nodeId, params).map(NodeVerticle::verdict),
                agents.apply(link),
                names,
                new LocalNodeSockets(platform.connections()),
                audit),
            metrics);
    platform.bus().serve(new NodeMethods(opened, platform.idempotency(vertx, link)).handlers());
    platform
        .bus()
        .serve(
            new NodePairingMethods(
                    new NodePairingService(
                        names,
                        opened,
                        roles.apply(link)::withdraw,
                        platform.broadcaster(),
                        platform.ids()),
                    audit)
                .handlers());
    Context own = vertx.getOrCreateContext();
    home = own;
    platform.document().onChange(changed -> opened.rights().check());
    connections = new NodeConnections(own, opened);
    service = opened;
  }

  /** Has what nodes do rest on named tokens, users and people from now on. */
  public void restOn(CredentialStanding credentials) {
    Objects.requireNonNull(home, "not deployed")
        .runOnContext(now -> service().rights().ask(credentials));
  }

  @Override
  protected Future<?> begin() {
    return service().start();
  }

  /** The nodes of this instance, once it is deployed. */
  public NodeService service() {
    return Objects.requireNonNull(service, "not deployed");
  }

  /** Asks them for other features. */
  public NodeAskService asking() {
    return new NodeAskService(Objects.requireNonNull(home, "not deployed"), service());
  }

  /** Follows connections for them. */
  public NodeConnections connections() {
    return Objects.requireNonNull(connections, "not deployed");
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
