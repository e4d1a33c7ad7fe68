package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.NodeChanged;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.NodeSuperseded;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.telemetry.LogFields;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Keeps the registrations of the nodes whose sockets are on this instance. The newest connection of
 * a node wins; a connection only ever removes its own registration. Protocol 02 §15.3.
 */
final class NodeRegistrar {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRegistrar.class);
  private static final int FLAPS_TOLERATED = 5;
  private static final long FLAP_DELAY_MS = 500;
  private static final long MAX_FLAP_DELAY_MS = 5_000;

  private final Vertx vertx;
  private final NodeStore store;
  private final NodeDirectory directory;
  private final Backplane backplane;
  private final NodeSockets sockets;
  private final Map<String, NodeRegistration> local = new HashMap<>();
  private final Set<String> leaving = new HashSet<>();

  NodeRegistrar(
      Vertx vertx,
      NodeStore store,
      NodeDirectory directory,
      Backplane backplane,
      NodeSockets sockets) {
    this.vertx = vertx;
    this.store = store;
    this.directory = directory;
    this.backplane = backplane;
    this.sockets = sockets;
  }

  /** The node of a connection of this instance, or null. */
  @Nullable NodeRegistration local(String connId) {
    return leaving.contains(connId) ? null : local.get(connId);
  }

  /** Registers a connecting node; completes when it may be greeted. */
  Future<Void> register(Caller caller, JsonNode connect, CommandPolicy policy) {
    NodeFacts facts = NodeFacts.of(caller, connect, policy);
    String nodeId = caller.nodeId();
    // Entered before Redis answers, so that a socket that closes meanwhile leaves nothing behind.
    local.put(
        caller.connId(),
        new NodeRegistration(nodeId, backplane.instance(), caller.connId(), 0, facts));
    return register(nodeId, caller.connId(), facts)
        .onFailure(e -> local.remove(caller.connId()))
        .compose(this::greet);
  }

  private Future<NodeStore.Registered> register(String nodeId, String connId, NodeFacts facts) {
    return store
        .register(nodeId, backplane.instance(), connId, facts)
        .onSuccess(
            registered -> {
              local.computeIfPresent(connId, (id, placed) -> registered.current());
              directory.put(registered.current());
              directory.pairingChanged();
              NodeRegistration displaced = registered.displaced();
              if (displaced != null) {
                supersede(displaced, registered.current().epoch());
              }
              backplane.publish(new NodeChanged(nodeId));
            });
  }

  /** Removes the registration of a closed connection, if it still is the node's. */
  Future<Void> unregister(Caller caller) {
    local.remove(caller.connId());
    leaving.remove(caller.connId());
    return unregister(caller.nodeId(), caller.connId()).mapEmpty();
  }

  /** Removes a registration that proved wrong, if it is still this one. */
  Future<Boolean> unregister(String nodeId, String connId) {
    return store
        .unregister(nodeId, connId)
        .onSuccess(
            removed -> {
              directory.remove(nodeId, connId);
              if (removed) {
                backplane.publish(new NodeChanged(nodeId));
              }
            })
        .onFailure(e -> line(nodeId, connId).log("node left to its lease: {}", e.getMessage()));
  }

  /** Prolongs the leases of this instance's nodes, all in one go. */
  Future<Void> renew() {
    Map<Integer, List<NodeRegistration>> buckets =
        local.values().stream()
            .filter(node -> node.epoch() > 0 && !leaving.contains(node.connId()))
            .collect(Collectors.groupingBy(node -> NodeStore.bucket(node.nodeId())));
    List<Future<Void>> all =
        buckets.entrySet().stream().map(e -> renew(e.getKey(), e.getValue())).toList();
    return Future.join(all).mapEmpty();
  }

  private Future<Void> renew(int bucket, List<NodeRegistration> owned) {
    return store
        .renew(bucket, owned)
        .onSuccess(
            leases -> {
              for (int i = 0; i < owned.size(); i++) {
                settle(owned.get(i), leases.get(i));
              }
            })
        .onFailure(e -> LOG.debug("nodes not renewed: {}", e.getMessage()))
        .mapEmpty();
  }

  private void settle(NodeRegistration node, NodeStore.Lease lease) {
    if (local(node.connId()) == null) {
      return;
    }
    switch (lease) {
      case KEPT -> {}
      case SUPERSEDED -> sockets.close(node.connId(), CloseReason.SUPERSEDED);
      case MISSING -> registerAnew(node);
    }
  }

  private void registerAnew(NodeRegistration node) {
    local.put(node.connId(), node.anew());
    register(node.nodeId(), node.connId(), node.facts())
        .onFailure(
            e -> {
              local.computeIfPresent(node.connId(), (id, waiting) -> node);
              line(node.nodeId(), node.connId()).log("node not asserted again: {}", e.getMessage());
            });
  }

  /** Reads all registrations again; those of an instance that is gone are removed. */
  Future<Void> reread(@Nullable String gone) {
    return store
        .sweep(gone)
        .onSuccess(
            swept -> {
              directory.replaceAll(swept.remaining());
              swept.removed().forEach(nodeId -> backplane.publish(new NodeChanged(nodeId)));
            })
        .mapEmpty();
  }

  /** Reads one node again. */
  Future<@Nullable NodeRegistration> reread(NodeChanged change) {
    return store
        .find(change.nodeId())
        .onSuccess(
            current -> {
              directory.replace(change.nodeId(), current);
              directory.pairingChanged();
            });
  }

  /** Closes a connection of this instance whose node has a newer one. */
  void superseded(NodeSuperseded order) {
    if (local.containsKey(order.connId())) {
      sockets.close(order.connId(), CloseReason.SUPERSEDED);
    }
  }

  /** Takes a node off the list; its socket stays for what is under way. */
  Future<Boolean> leave(Caller caller) {
    if (!local.containsKey(caller.connId())) {
      return Future.succeededFuture(false);
    }
    leaving.add(caller.connId());
    return unregister(caller.nodeId(), caller.connId());
  }

  private void supersede(NodeRegistration old, long epoch) {
    if (old.instance().equals(backplane.instance())) {
      sockets.close(old.connId(), CloseReason.SUPERSEDED);
    } else {
      backplane.send(old.instance(), new NodeSuperseded(old.nodeId(), old.connId(), epoch));
    }
  }

  /** Two devices with one identity displace each other without end: say so and slow them down. */
  private Future<Void> greet(NodeStore.Registered registered) {
    NodeRegistration displaced = registered.displaced();
    long excess = registered.displacements() - FLAPS_TOLERATED;
    if (displaced == null || excess <= 0) {
      return Future.succeededFuture();
    }
    LOG.atWarn()
        .addKeyValue("conn", registered.current().connId())
        .addKeyValue("device", LogFields.brief(displaced.nodeId()))
        .log(
            "node {} was displaced {} times within a minute, now at {} by one at {}; is its key in"
                + " use twice?",
            displaced.nodeId(),
            registered.displacements(),
            address(displaced),
            address(registered.current()));
    Promise<Void> greeted = Promise.promise();
    vertx.setTimer(
        Math.min(MAX_FLAP_DELAY_MS, excess * FLAP_DELAY_MS), timer -> greeted.complete());
    return greeted.future();
  }

  private static LoggingEventBuilder line(String nodeId, String connId) {
    return LOG.atDebug()
        .addKeyValue("conn", connId)
        .addKeyValue("device", () -> LogFields.brief(nodeId));
  }

  private static String address(NodeRegistration node) {
    String ip = node.facts().remoteIp();
    return ip == null ? "a local address" : ip;
  }
}
