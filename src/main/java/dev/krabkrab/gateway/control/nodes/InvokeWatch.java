package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Membership;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Notices that an instance died while its nodes owe answers, long before its lease runs out: its
 * channel has lost its listener. Sleeps while nothing is owed. Protocol 02 §16 N6.
 */
final class InvokeWatch {
  private static final long EVERY_MS = 250;
  private static final int SILENT_CHECKS = 2;

  private final Vertx vertx;
  private final Backplane backplane;
  private final Membership membership;
  private final Invokes invokes;
  private final Map<String, Integer> silent = new HashMap<>();
  private boolean armed;

  InvokeWatch(Vertx vertx, Backplane backplane, Membership membership, Invokes invokes) {
    this.vertx = vertx;
    this.backplane = backplane;
    this.membership = membership;
    this.invokes = invokes;
    invokes.onRemote(this::arm);
  }

  private void arm() {
    if (!armed) {
      armed = true;
      vertx.setTimer(EVERY_MS, timer -> check());
    }
  }

  private void check() {
    armed = false;
    List<String> awaited = invokes.awaitedInstances();
    silent.keySet().retainAll(awaited);
    if (awaited.isEmpty()) {
      return;
    }
    arm();
    if (!backplane.subscribed()) {
      // Redis is away or changing over: silence proves nothing about the others.
      silent.clear();
      return;
    }
    for (String instance : awaited) {
      membership
          .listening(instance)
          .onSuccess(listening -> answered(instance, listening))
          .onFailure(e -> silent.remove(instance));
    }
  }

  private void answered(String instance, boolean listening) {
    if (listening || !backplane.subscribed()) {
      silent.remove(instance);
    } else if (silent.merge(instance, 1, Integer::sum) >= SILENT_CHECKS) {
      silent.remove(instance);
      invokes.lostWhere(route -> route.instance().equals(instance));
    }
  }
}
