package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.ApprovalEnded;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.ApprovalRequested;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.LazyJson;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.telemetry.Trace;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notifies approvers of what was requested and resolved: here at once, elsewhere by a message, and
 * each instance its own approvers exactly once, however often it learns of it. Protocol 02 §15.1.
 */
final class ApprovalNotifier {
  private final RedisLink link;
  private final PendingCache view;
  private final Backplane backplane;
  private final Broadcaster broadcaster;
  private final ApprovalTraces traces = new ApprovalTraces();
  private @Nullable ApprovalObserver follower;

  /**
   * Starts to listen to the other instances.
   *
   * @param link the feature's own, so that messages leave together with its commands
   * @param onResolved given the id of an approval that another instance resolved
   */
  ApprovalNotifier(
      RedisLink link,
      PendingCache view,
      Backplane backplane,
      Broadcaster broadcaster,
      Consumer<String> onResolved) {
    this.link = link;
    this.view = view;
    this.backplane = backplane;
    this.broadcaster = broadcaster;
    backplane.on(
        ApprovalRequested.class,
        received -> {
          ApprovalRequested said = received.message();
          Approval approval =
              new Approval(
                  said.id(), said.createdAtMs(), said.expiresAtMs(), LazyJson.of(said.request()));
          traces.requested(said.id(), received.trace());
          showHere(approval, said.expiresAtMs() - said.createdAtMs());
        });
    backplane.on(
        ApprovalEnded.class,
        received -> {
          ApprovalEnded said = received.message();
          resolvedHere(said);
          onResolved.accept(said.id());
        });
  }

  /** In which trace an approval was requested, a {@code traceparent}, or null when not known. */
  @Nullable String traceOf(String id) {
    return traces.of(id);
  }

  /** A question just opened by this instance. */
  void opened(Approval approval, long remainingMs, Trace trace) {
    traces.requested(approval.id(), trace);
    showHere(approval, remainingMs);
    backplane.publish(
        link,
        new ApprovalRequested(
            approval.id(),
            approval.createdAtMs(),
            approval.expiresAtMs(),
            approval.request().text()),
        trace);
  }

  /** A pending question read from Redis; approvers here are notified if its message was lost. */
  void showHere(Approval approval, long remainingMs) {
    EncodedEvent event = view.enter(approval, remainingMs);
    if (event != null) {
      broadcaster.broadcastLocally(event);
      ApprovalObserver observer = follower;
      if (observer != null) {
        observer.requested(
            approval.id(), approval.createdAtMs(), remainingMs, approval.request().node());
      }
    }
  }

  /** Tells somebody else besides, from now on. */
  void follow(ApprovalObserver observer) {
    follower = observer;
  }

  /** A question just decided by this instance. */
  void decided(ApprovalRecord record, Trace trace) {
    ApprovalEnded message = resolved(record);
    resolvedHere(message);
    backplane.publish(link, message, trace);
  }

  /** A decision read from Redis; approvers here are notified if its message was lost. */
  void decidedElsewhere(ApprovalRecord record) {
    resolvedHere(resolved(record));
  }

  /** The time of a question is over; protocol 3 lets its clients find that out. 05 §13.1. */
  void expired(Approval approval) {
    boolean shown = view.contains(approval.id(), approval.expiresAtMs());
    view.drop(approval.id(), approval.createdAtMs());
    if (!shown) {
      return;
    }
    traces.resolved(approval.id());
    ObjectNode json =
        Json.object()
            .put("id", approval.id())
            .put("decision", Decision.DENY)
            .putNull("resolvedBy")
            .put("ts", approval.expiresAtMs())
            .put("terminalReason", Reason.TIMEOUT);
    json.set("request", approval.request().node());
    broadcaster.broadcastLocally(
        EncodedEvent.onlyV4(EventType.EXEC_APPROVAL_RESOLVED, JsonText.of(json))
            .onlyFor(approval::isFor));
  }

  private void resolvedHere(ApprovalEnded resolved) {
    traces.resolved(resolved.id());
    if (view.end(resolved.id(), resolved.createdAtMs())) {
      ApprovalObserver observer = follower;
      if (observer != null) {
        ObjectNode payload = Json.parseObject(resolved.payload());
        observer.resolved(
            resolved.id(),
            resolved.createdAtMs(),
            payload.path("decision").asText(),
            Json.textOrNull(payload, "resolvedBy"),
            Json.textOrNull(payload, "reason"));
      }
      Approval approval =
          new Approval(resolved.id(), resolved.createdAtMs(), 0, LazyJson.of(resolved.request()));
      broadcaster.broadcastLocally(
          EncodedEvent.perProtocol(
                  EventType.EXEC_APPROVAL_RESOLVED,
                  () -> JsonText.of(resolved.payload()),
                  () -> JsonText.of(withRequest(resolved)))
              .onlyFor(approval::isFor));
    }
  }

  private static ApprovalEnded resolved(ApprovalRecord record) {
    Approval approval = record.approval();
    ObjectNode json = Json.object().put("id", approval.id()).put("decision", record.decision());
    @Nullable String by = record.resolvedBy();
    Json.putIfPresent(json, "resolvedBy", by);
    json.put("ts", record.resolvedAtMs());
    record.ending().putInto(json, "reason", true);
    return new ApprovalEnded(
        approval.id(), approval.createdAtMs(), Json.text(json), approval.request().text());
  }

  private static String withRequest(ApprovalEnded resolved) {
    String open = resolved.payload().substring(0, resolved.payload().length() - 1);
    return open + ",\"request\":" + resolved.request() + "}";
  }
}
