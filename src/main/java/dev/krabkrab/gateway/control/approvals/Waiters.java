package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The waiting calls of this instance, by approval and by connection, with a bound for each
 * connection. Protocol 02 §17 (8). Used on the feature's context only.
 */
final class Waiters {
  private final int maxPerConnection;
  private final Map<String, Set<Waiter>> byId = new HashMap<>();
  private final Map<String, Set<Waiter>> byConnection = new HashMap<>();
  private final Map<String, Integer> admitted = new HashMap<>();

  Waiters(int maxPerConnection) {
    this.maxPerConnection = maxPerConnection;
  }

  /** Runs a call that may wait, unless its connection has too many of them. */
  Future<JsonText> admit(String connId, Supplier<Future<JsonText>> call) {
    if (admitted.getOrDefault(connId, 0) >= maxPerConnection) {
      return Future.failedFuture(
          GatewayError.overLimit(
              "pending approvals on this connection",
              maxPerConnection,
              "pendingApprovalsPerConnection",
              "wait for decisions"));
    }
    admitted.merge(connId, 1, Integer::sum);
    return call.get()
        .onComplete(done -> admitted.computeIfPresent(connId, (c, n) -> n == 1 ? null : n - 1));
  }

  /** Calls of the connection that has most of them. */
  int most() {
    return admitted.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  void add(Waiter waiter) {
    byId.computeIfAbsent(waiter.approval().id(), id -> new LinkedHashSet<>()).add(waiter);
    byConnection.computeIfAbsent(waiter.connId(), id -> new LinkedHashSet<>()).add(waiter);
  }

  /** False when it was gone already: whoever removes a waiter answers it. */
  boolean remove(Waiter waiter) {
    return remove(byId, waiter.approval().id(), waiter)
        && remove(byConnection, waiter.connId(), waiter);
  }

  List<Waiter> of(String id) {
    return List.copyOf(byId.getOrDefault(id, Set.of()));
  }

  List<Waiter> ofConnection(String connId) {
    return List.copyOf(byConnection.getOrDefault(connId, Set.of()));
  }

  List<Waiter> all() {
    List<Waiter> all = new ArrayList<>();
    byId.values().forEach(all::addAll);
    return all;
  }

  boolean isEmpty() {
    return byId.isEmpty();
  }

  /** The requester that waits here for this use of the id, or null. */
  @Nullable Waiter requester(Approval approval) {
    for (Waiter waiter : byId.getOrDefault(approval.id(), Set.of())) {
      if (waiter.requested() != null && waiter.approval().createdAtMs() == approval.createdAtMs()) {
        return waiter;
      }
    }
    return null;
  }

  private static boolean remove(Map<String, Set<Waiter>> index, String key, Waiter waiter) {
    Set<Waiter> waiters = index.get(key);
    if (waiters == null || !waiters.remove(waiter)) {
      return false;
    }
    if (waiters.isEmpty()) {
      index.remove(key);
    }
    return true;
  }
}
