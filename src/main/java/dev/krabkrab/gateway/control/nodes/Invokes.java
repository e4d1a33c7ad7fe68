package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.control.nodes.InvokeMetrics.Outcome;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeCancelled;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeDropped;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeSend;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Invokes whose callers are on this instance: sends each to the instance that holds the node's
 * socket and waits for what becomes of it. At most once: what may have reached a socket is never
 * sent again. Protocol 02 §10, §15.4.
 */
final class Invokes {
  private static final int MAX_LOOKUPS = 2;

  private final Vertx vertx;
  private final Context context;
  private final Backplane backplane;
  private final NodeStore store;
  private final NodeDirectory directory;
  private final NodeRegistrar registrar;
  private final NodeSockets sockets;
  private final InvokeIds ids;
  private final InvokeMetrics metrics;
  private final int mostPerCaller;
  private final Map<String, PendingInvoke> pending = new HashMap<>();
  private final Map<String, Integer> perCaller = new HashMap<>();
  private Runnable onRemote = () -> {};

  /**
   * @param mostPerCaller invokes that one connection may wait for
   */
  Invokes(
      Vertx vertx,
      InvokeChannels channels,
      NodeRoutes routes,
      InvokeIds ids,
      InvokeMetrics metrics,
      int mostPerCaller) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.backplane = channels.backplane();
    this.sockets = channels.sockets();
    this.store = routes.store();
    this.directory = routes.directory();
    this.registrar = routes.registrar();
    this.ids = ids;
    this.metrics = metrics;
    this.mostPerCaller = mostPerCaller;
  }

  /** Sets what is run whenever an invoke leaves for another instance. */
  void onRemote(Runnable listener) {
    onRemote = listener;
  }

  /**
   * Asks a connected node.
   *
   * @return the node's result as it sent it; fails as {@link NodeErrors} names it
   */
  Future<JsonNode> invoke(InvokeRequest request, NodeRegistration route) {
    if (perCaller.getOrDefault(request.caller(), 0) >= mostPerCaller) {
      return Future.failedFuture(NodeErrors.tooManyInvokes(mostPerCaller));
    }
    PendingInvoke invoke = new PendingInvoke(ids.fresh(), request, route);
    pending.put(invoke.id, invoke);
    metrics.began();
    perCaller.merge(request.caller(), 1, Integer::sum);
    invoke.timer = vertx.setTimer(Math.max(1, request.waitMs()), late -> timedOut(invoke));
    dispatch(invoke);
    return invoke.answer.future();
  }

  /** Invokes of the caller that waits for most of them. */
  int most() {
    return perCaller.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Takes a node's result; false when nobody waits for it. */
  boolean complete(String invokeId, String nodeId, JsonNode result) {
    PendingInvoke invoke = pending.get(invokeId);
    if (invoke == null || !invoke.request.nodeId().equals(nodeId)) {
      return false;
    }
    end(invoke, result.path("ok").asBoolean() ? Outcome.OK : Outcome.REFUSED);
    invoke.answer.tryComplete(result);
    return true;
  }

  /** The node's connection closed with these unanswered. */
  void lost(List<String> invokeIds) {
    invokeIds.forEach(
        id -> {
          PendingInvoke invoke = pending.get(id);
          if (invoke != null) {
            disconnected(invoke);
          }
        });
  }

  /** Ends what rests on a device as it was before it lost rights, and has its nodes stop it. */
  void withdrawn(String deviceId, long generation) {
    pending.values().stream()
        .filter(invoke -> invoke.request.grounds().isBefore(deviceId, generation))
        .toList()
        .forEach(
            invoke -> {
              cancel(invoke);
              fail(invoke, Outcome.WITHDRAWN, NodeErrors.withdrawn(invoke.request.command()));
            });
  }

  private void cancel(PendingInvoke invoke) {
    NodeRegistration route = invoke.route;
    if (route.instance().equals(backplane.instance())) {
      InvokeRelay.cancel(sockets, route.connId(), invoke.id, route.nodeId());
    } else {
      backplane.send(route.instance(), new InvokeCancelled(invoke.id));
    }
  }

  /** Ends all that went a way that is no more. */
  void lostWhere(Predicate<NodeRegistration> route) {
    pending.values().stream()
        .filter(invoke -> route.test(invoke.route))
        .toList()
        .forEach(this::disconnected);
  }

  /** Instances, other than this one, whose nodes have yet to answer. */
  List<String> awaitedInstances() {
    return pending.values().stream()
        .map(invoke -> invoke.route.instance())
        .filter(instance -> !instance.equals(backplane.instance()))
        .distinct()
        .toList();
  }

  /** Whether a connection of this instance still owes a result to somebody here. */
  boolean awaits(String connId) {
    return pending.values().stream().anyMatch(invoke -> invoke.route.isConnection(connId));
  }

  /** The frame was certainly not written. */
  void refused(String invokeId, String problem) {
    PendingInvoke invoke = pending.get(invokeId);
    if (invoke != null) {
      refused(invoke, problem);
    }
  }

  private void dispatch(PendingInvoke invoke) {
    NodeRegistration route = invoke.route;
    if (!route.instance().equals(backplane.instance())) {
      dispatchTo(route, invoke);
    } else if (registrar.local(route.connId()) == null) {
      refused(invoke, InvokeRelay.GONE);
    } else {
      sockets.send(
          route.connId(),
          EventType.NODE_INVOKE_REQUEST,
          JsonText.of(invoke.payload),
          written -> {
            if (written != NodeSockets.Written.WRITTEN) {
              context.runOnContext(late -> refused(invoke, InvokeRelay.problem(written)));
            }
          });
    }
  }

  private void dispatchTo(NodeRegistration route, PendingInvoke invoke) {
    onRemote.run();
    InvokeSend envelope =
        new InvokeSend(
            invoke.id,
            route.nodeId(),
            route.connId(),
            route.epoch(),
            invoke.payload,
            invoke.request.waitMs());
    backplane
        .send(route.instance(), envelope, invoke.request.trace())
        .onComplete(
            delivered -> {
              if (delivered.failed()) {
                context.runOnContext(
                    late -> fail(invoke, Outcome.NOT_SENT, NodeErrors.sendFailed()));
              } else if (!delivered.result()) {
                context.runOnContext(late -> lookUpAgain(invoke, false, NodeErrors::notConnected));
              }
            });
  }

  private void refused(PendingInvoke invoke, String problem) {
    switch (problem) {
      case InvokeRelay.GONE -> lookUpAgain(invoke, true, NodeErrors::notConnected);
      case InvokeRelay.CLOSED -> lookUpAgain(invoke, false, NodeErrors::wentOffline);
      default -> fail(invoke, Outcome.NOT_SENT, NodeErrors.sendFailed());
    }
  }

  /** Asks Redis where the node is, since the view led to where it is not. */
  private void lookUpAgain(
      PendingInvoke invoke, boolean remove, Function<Boolean, GatewayError> otherwise) {
    NodeRegistration stale = invoke.route;
    store
        .find(stale.nodeId())
        .onFailure(e -> fail(invoke, Outcome.NOT_SENT, NodeErrors.sendFailed()))
        .onSuccess(
            current -> {
              directory.replace(stale.nodeId(), current);
              if (invoke.isOver()) {
                return;
              }
              boolean moved = current != null && !current.isSameAs(stale);
              if (moved && invoke.lookups < MAX_LOOKUPS) {
                invoke.lookups++;
                invoke.route = current;
                dispatch(invoke);
                return;
              }
              if (!moved && remove && current != null) {
                registrar.unregister(stale.nodeId(), stale.connId());
              }
              boolean returns = directory.mayReturn(stale.nodeId());
              fail(invoke, Outcome.NOT_CONNECTED, otherwise.apply(returns));
            });
  }

  private void timedOut(PendingInvoke invoke) {
    String owner = invoke.route.instance();
    if (!owner.equals(backplane.instance())) {
      backplane.send(owner, new InvokeDropped(invoke.id));
    }
    fail(invoke, Outcome.TIMEOUT, NodeErrors.timedOut());
  }

  private void disconnected(PendingInvoke invoke) {
    fail(invoke, Outcome.DISCONNECTED, NodeErrors.disconnected(invoke.request.command()));
  }

  private void fail(PendingInvoke invoke, Outcome outcome, GatewayError error) {
    end(invoke, outcome);
    invoke.answer.tryFail(error);
  }

  private void end(PendingInvoke invoke, Outcome outcome) {
    if (pending.remove(invoke.id, invoke)) {
      metrics.finished(outcome);
      vertx.cancelTimer(invoke.timer);
      perCaller.computeIfPresent(invoke.request.caller(), (caller, count) -> less(count));
    }
  }

  private static @Nullable Integer less(int count) {
    return count == 1 ? null : count - 1;
  }
}
