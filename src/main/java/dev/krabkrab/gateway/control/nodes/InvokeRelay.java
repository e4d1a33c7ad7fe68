package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Membership;
import dev.krabkrab.gateway.platform.cluster.Received;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeRefused;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeResult;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeSend;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeTaken;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokesLost;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.telemetry.Trace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Invokes that other instances sent here for a node of this one: writes each once, and brings the
 * result, or the news that there will be none, back to who waits. Protocol 02 §16 N1–N7, N20.
 */
final class InvokeRelay {
  /** The connection is not of this instance. */
  static final String GONE = "gone";

  /** The connection closed between look-up and writing. */
  static final String CLOSED = "closed";

  private static final String FULL = "full";
  private static final long ANSWER_TIMEOUT_MS = 2_000;

  /** An envelope is remembered this much longer than anybody waits. */
  private static final long REMEMBER_MS = 60_000;

  /** A result that comes so close to the end of the wait may have missed it. */
  private static final long NEAR_THE_END_MS = 5_000;

  private final Context context;
  private final Backplane backplane;
  private final Membership membership;
  private final NodeRegistrar registrar;
  private final NodeSockets sockets;
  private final InstantSource clock;
  private final Map<String, Relayed> open = new HashMap<>();
  private final Map<String, Long> forgetAtMs = new HashMap<>();
  private long assertedAfterLapses;

  /**
   * @param askFromMs from then on the origin has to confirm that it still waits
   */
  private record Relayed(
      String origin, String nodeId, String connId, long askFromMs, Trace trace) {}

  InvokeRelay(
      Vertx vertx,
      Backplane backplane,
      Membership membership,
      NodeRegistrar registrar,
      NodeSockets sockets,
      InstantSource clock) {
    this.context = vertx.getOrCreateContext();
    this.backplane = backplane;
    this.membership = membership;
    this.registrar = registrar;
    this.sockets = sockets;
    this.clock = clock;
  }

  static String problem(NodeSockets.Written written) {
    return written == NodeSockets.Written.FULL ? FULL : CLOSED;
  }

  /** Writes an invoke to its node's socket, unless it was written before. */
  void send(Received<InvokeSend> received) {
    InvokeSend order = received.message();
    String origin = received.from();
    if (forgetAtMs.containsKey(order.invokeId())) {
      return;
    }
    NodeRegistration here = registrar.local(order.connId());
    if (here == null) {
      backplane.send(origin, new InvokeRefused(order.invokeId(), GONE));
      return;
    }
    if (!isCurrent() || !here.isFor(order.epoch())) {
      // It may have waited for this instance to wake up, and its caller was answered with a
      // failure.
      backplane.send(origin, new InvokeRefused(order.invokeId(), CLOSED));
      return;
    }
    long endMs = clock.millis() + order.waitMs();
    forgetAtMs.put(order.invokeId(), endMs + REMEMBER_MS);
    open.put(
        order.invokeId(),
        new Relayed(
            origin, order.nodeId(), order.connId(), endMs - NEAR_THE_END_MS, received.trace()));
    sockets.send(
        order.connId(),
        EventType.NODE_INVOKE_REQUEST,
        JsonText.of(order.payload()),
        written -> {
          if (written != NodeSockets.Written.WRITTEN) {
            context.runOnContext(late -> refused(origin, order.invokeId(), problem(written)));
          }
        });
  }

  /** Whether nodes of this instance are not given up by the others. */
  private boolean isCurrent() {
    return membership.holdsLease() && membership.lapses() == assertedAfterLapses;
  }

  /** Asserts this instance's nodes again; after a lapse none of them is invoked before that. */
  Future<Void> asserting(Supplier<Future<Void>> assertion) {
    long lapses = membership.lapses();
    return assertion.get().onSuccess(done -> assertedAfterLapses = lapses);
  }

  /** Takes a result nobody waits for here; false when nobody waits for it anywhere. */
  Future<Boolean> complete(String invokeId, String nodeId, JsonNode result) {
    InvokeResult message = new InvokeResult(invokeId, nodeId, result);
    Relayed known = open.get(invokeId);
    if (known == null) {
      return forgetAtMs.containsKey(invokeId)
          ? Future.succeededFuture(false)
          : completeAtOrigin(message);
    }
    if (!known.nodeId().equals(nodeId)) {
      return Future.succeededFuture(false);
    }
    open.remove(invokeId);
    return clock.millis() < known.askFromMs()
        ? backplane.send(known.origin(), message, known.trace()).otherwise(false)
        : ask(known.origin(), message);
  }

  /** The node came here with the result of an invoke that it got over another instance. */
  private Future<Boolean> completeAtOrigin(InvokeResult message) {
    Set<String> others =
        membership.live().stream()
            .filter(instance -> !instance.equals(backplane.instance()))
            .collect(Collectors.toSet());
    return InvokeIds.origin(message.invokeId(), others)
        .map(origin -> ask(origin, message))
        .orElseGet(() -> Future.succeededFuture(false));
  }

  private Future<Boolean> ask(String origin, InvokeResult message) {
    return backplane
        .request(origin, message, InvokeTaken.class, ANSWER_TIMEOUT_MS)
        .map(InvokeTaken::taken)
        .otherwise(false);
  }

  /** The origin does not wait any more. */
  void dropped(String invokeId) {
    open.remove(invokeId);
  }

  /** Nobody has the right to its result any more: its node is to stop it. */
  void cancelled(String invokeId) {
    Relayed known = open.remove(invokeId);
    if (known != null) {
      cancel(sockets, known.connId(), invokeId, known.nodeId());
    }
  }

  /** Has a node stop what it does, if it can; a node of protocol 3 cannot. Protocol 05 §15. */
  static void cancel(NodeSockets sockets, String connId, String invokeId, String nodeId) {
    sockets.send(
        connId,
        EventType.NODE_INVOKE_CANCEL,
        JsonText.of(Json.object().put("invokeId", invokeId).put("nodeId", nodeId)),
        written -> {});
  }

  /** A node's connection closed: tells the origins of what it leaves unanswered. */
  void closed(String nodeId, String connId) {
    Map<String, List<String>> lost =
        open.entrySet().stream()
            .filter(entry -> entry.getValue().connId().equals(connId))
            .collect(
                Collectors.groupingBy(
                    entry -> entry.getValue().origin(),
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    lost.forEach(
        (origin, ids) -> {
          ids.forEach(open::remove);
          backplane.send(origin, new InvokesLost(nodeId, ids));
        });
  }

  /** Whether a connection of this instance still owes a result to another one. */
  boolean owes(String connId) {
    return open.values().stream().anyMatch(relayed -> relayed.connId().equals(connId));
  }

  /** Forgets what no envelope can repeat any more. */
  void sweep() {
    long now = clock.millis();
    forgetAtMs.values().removeIf(until -> until < now);
  }

  private void refused(String origin, String invokeId, String problem) {
    dropped(invokeId);
    backplane.send(origin, new InvokeRefused(invokeId, problem));
  }
}
