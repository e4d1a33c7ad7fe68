package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.CloseDevice;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.EventPublished;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InstanceLeft;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeCancelled;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeDropped;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeRefused;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeResult;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeSend;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeTaken;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokesLost;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.NodeChanged;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.NodeSuperseded;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the nodes of the cluster: who is connected where, and invokes of them. Made on, and for,
 * one context; only what says so may be called from elsewhere. Protocol 02.
 */
public final class NodeService {
  private static final Logger LOG = LoggerFactory.getLogger(NodeService.class);
  private static final long RENEW_EVERY_MS = 15_000;
  private static final long LEAVE_CHECK_MS = 25;

  private final Vertx vertx;
  private final Context context;
  private final Backplane backplane;
  private final CommandPolicy policy;
  private final InvokeAuthorization authorization;
  private final NodePairingStore names;
  private final NodeDirectory directory;
  private final NodeLocator locator;
  private final NodeRegistrar registrar;
  private final Invokes invokes;
  private final InvokeRelay relay;
  private final ChatSubscriptions subscriptions;
  private final SessionFollowers followers;
  private final NodeSessionSubscriptions sessions;
  private final NodeEvents events;

  public NodeService(
      Vertx vertx,
      RedisLink link,
      Platform platform,
      Supplier<NodePolicySettings> settings,
      NodeDependencies others,
      InvokeMetrics metrics) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.backplane = platform.backplane();
    this.policy = new CommandPolicy(settings);
    InstantSource clock = platform.clock();
    this.authorization = new InvokeAuthorization(policy, others.approvals(), others.audit());
    this.names = others.names();
    NodeStore store = new NodeStore(link);
    NodeSockets sockets = others.sockets();
    directory = new NodeDirectory(others.pairing(), names::displayNames, clock);
    locator = new NodeLocator(vertx, store, directory);
    registrar = new NodeRegistrar(vertx, store, directory, backplane, sockets);
    invokes =
        new Invokes(
            vertx,
            new InvokeChannels(backplane, sockets),
            new NodeRoutes(store, directory, registrar),
            new InvokeIds(platform.ids(), backplane.instance()),
            metrics,
            platform.limits().pendingInvokesPerCaller());
    relay = new InvokeRelay(vertx, backplane, platform.membership(), registrar, sockets, clock);
    subscriptions = new ChatSubscriptions(platform.limits().chatSubscriptionsPerNode());
    followers = new SessionFollowers(subscriptions, sockets);
    NodeAgents agents = others.agents();
    sessions = new NodeSessionSubscriptions(vertx, link, policy, agents.sessionKey(), platform);
    events =
        new NodeEvents(
            subscriptions, sessions.sessions(), agents.events(), agents.requests(), metrics);
    new InvokeWatch(vertx, backplane, platform.membership(), invokes);
    platform.membership().onGone(registrar::reread);
  }

  /** Reads who is connected and follows it from here on. */
  public Future<Void> start() {
    backplane.on(NodeChanged.class, received -> registrar.reread(received.message()));
    backplane.on(NodeSuperseded.class, received -> registrar.superseded(received.message()));
    backplane.on(InvokeSend.class, relay::send);
    backplane.on(InvokeDropped.class, got -> relay.dropped(got.message().invokeId()));
    backplane.on(InvokesLost.class, got -> invokes.lost(got.message().invokeIds()));
    backplane.on(
        InvokeRefused.class,
        got -> invokes.refused(got.message().invokeId(), got.message().problem()));
    backplane.on(
        InvokeResult.class,
        got -> {
          InvokeResult result = got.message();
          boolean taken = invokes.complete(result.invokeId(), result.nodeId(), result.result());
          got.answer().accept(new InvokeTaken(taken));
        });
    backplane.on(InstanceLeft.class, got -> instanceLeft(got.message().instance()));
    backplane.on(InvokeCancelled.class, got -> relay.cancelled(got.message().invokeId()));
    backplane.on(CloseDevice.class, got -> rightsLost(got.message()));
    backplane.on(
        EventPublished.class,
        got -> {
          if (got.message().event().equals("device.pair.resolved")) {
            directory.pairingChanged();
          }
          followers.received(got.message());
        });
    backplane.onResync(this::assertAgain);
    vertx.setPeriodic(RENEW_EVERY_MS, timer -> everyRenewal());
    return registrar.reread((String) null);
  }

  /** Nodes have no rights that an invoke could rest on. */
  private void rightsLost(CloseDevice order) {
    directory.pairingChanged();
    if (!Caller.NODE.equals(order.role())) {
      invokes.withdrawn(order.deviceId(), order.generation());
    }
  }

  /** Stored facts of devices changed; safe from any thread. */
  public void pairingChanged() {
    context.runOnContext(now -> directory.pairingChanged());
  }

  /** Whether a phone or tablet is connected as a node anywhere; safe from any thread. */
  public boolean mobileConnected() {
    return directory.mobileConnected();
  }

  /** How much of its limits is used; safe from any thread. */
  public Future<NodeUsage> usage() {
    return Future.future(
        answer ->
            context.runOnContext(
                now -> answer.complete(new NodeUsage(invokes.most(), subscriptions.most()))));
  }

  /** Tells the nodes of this instance that follow a conversation; safe from any thread. */
  public void publishToFollowers(EventType type, String sessionKey, JsonText payload) {
    context.runOnContext(now -> followers.publish(type, sessionKey, payload));
  }

  /**
   * Takes a node of this instance off the list and waits for what it still owes; safe from any
   * thread. Protocol 02 §16 N21.
   *
   * @param maxMs longest wait, in milliseconds
   */
  public Future<Void> leave(Caller node, long maxMs) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        now -> {
          vertx.setTimer(Math.max(1, maxMs), late -> done.tryComplete());
          registrar.leave(node).onComplete(off -> owed(node.connId(), done));
        });
    return done.future();
  }

  private void owed(String connId, Promise<Void> done) {
    if (!relay.owes(connId) && !invokes.awaits(connId)) {
      done.tryComplete();
    } else if (!done.future().isComplete()) {
      vertx.setTimer(LEAVE_CHECK_MS, timer -> owed(connId, done));
    }
  }

  Future<Void> connecting(Caller caller, JsonNode connect) {
    return registrar.register(caller, connect, policy).onSuccess(greeted -> noteConnected(caller));
  }

  /** The older pairing remembers when a node was there last. Protocol 02 §6.2. */
  private void noteConnected(Caller caller) {
    names.connected(caller.nodeId());
    String instanceId = caller.instanceId();
    if (instanceId != null && !instanceId.equals(caller.nodeId())) {
      names.connected(instanceId);
    }
  }

  Future<Void> disconnected(Caller caller) {
    String connId = caller.connId();
    subscriptions.closed(connId);
    events.closed(connId);
    relay.closed(caller.nodeId(), connId);
    invokes.lostWhere(route -> route.isConnection(connId));
    return registrar.unregister(caller);
  }

  Future<JsonText> list(boolean v4) {
    return directory.list(v4);
  }

  List<ConnectedNode> connected() {
    return directory.connected();
  }

  Future<JsonText> describe(String nodeId, boolean v4) {
    return locator.find(nodeId).compose(found -> directory.describe(nodeId, v4));
  }

  Future<Boolean> known(String nodeId) {
    return locator.find(nodeId).compose(found -> directory.known(nodeId));
  }

  /** A name given by people changed. */
  void renamed(String nodeId) {
    directory.pairingChanged();
    backplane.publish(new NodeChanged(nodeId));
  }

  /** Asks a node what its policy allows. */
  Future<JsonNode> invoke(Caller caller, InvokeRequest request) {
    return locator
        .find(request.nodeId())
        .compose(
            node ->
                node == null
                    ? Future.failedFuture(
                        NodeErrors.notConnected(directory.mayReturn(request.nodeId())))
                    : authorization
                        .authorize(caller, request, node)
                        .compose(allowed -> send(sessions.noted(allowed))));
  }

  /** Asks a node for its own approvals, or to change them. Protocol 02 §3.4. */
  Future<JsonNode> askUnchecked(Caller caller, InvokeRequest request) {
    authorization.unchecked(caller, request);
    return send(request);
  }

  private Future<JsonNode> send(InvokeRequest request) {
    return locator
        .find(request.nodeId())
        .compose(
            node ->
                node == null
                    ? Future.failedFuture(
                        NodeErrors.wentOffline(directory.mayReturn(request.nodeId())))
                    : invokes.invoke(request, node));
  }

  /** Takes a node's result; false when nobody waited for it. */
  Future<Boolean> result(String invokeId, String nodeId, JsonNode result) {
    return invokes.complete(invokeId, nodeId, result)
        ? Future.succeededFuture(true)
        : relay.complete(invokeId, nodeId, result);
  }

  /** Takes a node's event; false when nothing here acts on it. */
  Future<Boolean> event(Caller caller, String event, JsonNode params) {
    return events.accept(caller, event, params);
  }

  private void instanceLeft(String instance) {
    invokes.lostWhere(route -> route.instance().equals(instance));
    reread();
  }

  private void assertAgain() {
    directory.pairingChanged();
    relay.asserting(registrar::renew).onComplete(renewed -> reread());
  }

  private void everyRenewal() {
    relay.sweep();
    assertAgain();
  }

  private void reread() {
    registrar
        .reread((String) null)
        .onFailure(e -> LOG.debug("nodes not read again: {}", e.getMessage()));
  }
}
