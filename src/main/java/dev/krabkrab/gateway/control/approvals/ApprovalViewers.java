package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.ApprovalViewed;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells approvers who else is looking at an approval: {@code approval.view} and the event {@code
 * approval.viewers}. Said from instance to instance and stored nowhere; whoever does not say it
 * again is forgotten. Looking hinders nobody. For one context.
 */
final class ApprovalViewers {
  /** How long somebody is taken to look on who has not said so again. */
  static final long LOOKS_MS = 20_000;

  private static final long FORGET_EVERY_MS = 500;

  /** What changes within that time is told together. */
  private static final long GATHER_MS = 250;

  private final Vertx vertx;
  private final Platform platform;
  private final DeviceNames names;

  /** By connection: one looks at one approval at a time. */
  private final Map<String, Look> looks = new LinkedHashMap<>();

  private final Set<String> changed = new LinkedHashSet<>();

  /**
   * Somebody who looks.
   *
   * @param untilMs when that is over unless it is said again, by this instance's clock
   */
  private record Look(ApprovalViewed said, String approval, long untilMs) {
    /** Two windows of one device are one. */
    String viewer() {
      return said.deviceId() == null ? said.connId() : said.deviceId();
    }
  }

  /** Makes it on the calling context. */
  ApprovalViewers(Vertx vertx, Platform platform, DeviceNames names) {
    this.vertx = vertx;
    this.platform = platform;
    this.names = names;
    platform.backplane().on(ApprovalViewed.class, received -> heard(received.message()));
    vertx.setPeriodic(FORGET_EVERY_MS, timer -> forget());
  }

  /** The handlers by method name. */
  Map<String, MethodHandler> handlers() {
    return Map.of("approval.view", this::view);
  }

  private Future<JsonText> view(Call call) {
    String approval = Json.nonBlank(call.params(), "id");
    Caller by = call.caller();
    String device = by.deviceId();
    Future<String> named =
        device == null
            ? Future.succeededFuture("")
            : names.labelOf(device).otherwise(unknown -> "");
    return named.map(
        label -> {
          platform
              .backplane()
              .publishToAll(
                  new ApprovalViewed(
                      by.connId(),
                      approval,
                      device,
                      label.isBlank() ? by.label() : label,
                      by.user(),
                      sinceMs(by.connId(), approval)));
          return JsonText.of(shown());
        });
  }

  private long sinceMs(String connId, @Nullable String approval) {
    Look before = looks.get(connId);
    return before != null && before.approval().equals(approval)
        ? before.said().sinceMs()
        : platform.clock().millis();
  }

  /** Who looks at what, as far as this instance knows. */
  private ObjectNode shown() {
    Set<String> approvals = new LinkedHashSet<>();
    looks.values().forEach(look -> approvals.add(look.approval()));
    ObjectNode answer = Json.object();
    ArrayNode all = answer.putArray("viewing");
    approvals.forEach(approval -> all.add(viewers(approval)));
    return answer;
  }

  private ObjectNode viewers(String approval) {
    Map<String, Look> first = new TreeMap<>();
    for (Look look : looks.values()) {
      if (look.approval().equals(approval)) {
        first.merge(
            look.viewer(),
            look,
            (one, other) -> one.said().sinceMs() <= other.said().sinceMs() ? one : other);
      }
    }
    ObjectNode shown = Json.object().put("id", approval);
    ArrayNode viewers = shown.putArray("viewers");
    for (Look look : first.values()) {
      ObjectNode viewer = viewers.addObject();
      Json.putIfPresent(viewer, "deviceId", look.said().deviceId());
      viewer.put("label", look.said().label());
      Json.putIfPresent(viewer, "user", look.said().user());
      viewer.put("sinceMs", look.said().sinceMs());
    }
    return shown;
  }

  private void heard(ApprovalViewed said) {
    String approval = said.approval();
    Look now =
        approval == null ? null : new Look(said, approval, platform.clock().millis() + LOOKS_MS);
    Look before = now == null ? looks.remove(said.connId()) : looks.put(said.connId(), now);
    boolean same =
        before != null
            && now != null
            && before.approval().equals(now.approval())
            && before.said().label().equals(said.label());
    if (!same) {
      change(before);
      change(now);
    }
  }

  private void forget() {
    long now = platform.clock().millis();
    for (Iterator<Look> all = looks.values().iterator(); all.hasNext(); ) {
      Look look = all.next();
      if (look.untilMs() <= now) {
        all.remove();
        change(look);
      }
    }
  }

  private void change(@Nullable Look look) {
    if (look != null && changed.add(look.approval()) && changed.size() == 1) {
      vertx.setTimer(GATHER_MS, timer -> tell());
    }
  }

  /** Each instance tells its own clients. */
  private void tell() {
    Set<String> told = Set.copyOf(changed);
    changed.clear();
    for (String approval : told) {
      platform
          .broadcaster()
          .broadcastLocally(
              EncodedEvent.of(EventType.APPROVAL_VIEWERS, JsonText.of(viewers(approval))));
    }
  }
}
