package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.ApprovalEnded;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.ApprovalRequested;
import dev.krabkrab.gateway.protocol.EncodedEvent;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.LazyJson;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.telemetry.Trace;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells approvers what was asked and decided: here at once, elsewhere by a message, and each
 * instance its own approvers exactly once, however often it hears of it. Protocol 02 §15.1.
 */
final class ApprovalTeller {
  private final RedisLink link;
  private final PendingView view;
  private final Backplane backplane;
  private final Broadcaster broadcaster;
  private final AskedTraces traces = new AskedTraces();
  private @Nullable ApprovalFollower follower;

  /**
   * Starts to listen to the other instances.
   *
   * @param link the room's own, so that messages leave together with its commands
   * @param onEnded given the id of an approval that another instance decided
   */
  ApprovalTeller(
      RedisLink link,
      PendingView view,
      Backplane backplane,
      Broadcaster broadcaster,
      Consumer<String> onEnded) {
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
          traces.asked(said.id(), received.trace());
          showHere(approval, said.expiresAtMs() - said.createdAtMs());
        });
    backplane.on(
        ApprovalEnded.class,
        received -> {
          ApprovalEnded said = received.message();
          endHere(said);
          onEnded.accept(said.id());
        });
  }

  /** In which trace a question was asked, a {@code traceparent}, or null when not known. */
  @Nullable String traceOf(String id) {
    return traces.of(id);
  }

  /** A question just opened by this instance. */
  void opened(Approval approval, long remainingMs, Trace trace) {
    traces.asked(approval.id(), trace);
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

  /** A pending question read from Redis; it is told here if its message was lost. */
  void showHere(Approval approval, long remainingMs) {
    EncodedEvent event = view.enter(approval, remainingMs);
    if (event != null) {
      broadcaster.broadcastLocally(event);
      ApprovalFollower told = follower;
      if (told != null) {
        told.asked(approval.id(), approval.createdAtMs(), remainingMs, approval.request().node());
      }
    }
  }

  /** Tells somebody else besides, from now on. */
  void follow(ApprovalFollower told) {
    follower = told;
  }

  /** A question just decided by this instance. */
  void decided(ApprovalRecord record, Trace trace) {
    ApprovalEnded message = ended(record);
    endHere(message);
    backplane.publish(link, message, trace);
  }

  /** A decision read from Redis; it is told here if its message was lost. */
  void decidedElsewhere(ApprovalRecord record) {
    endHere(ended(record));
  }

  /** The time of a question is over; protocol 3 lets its clients find that out. 05 §13.1. */
  void expired(Approval approval) {
    boolean shown = view.contains(approval.id(), approval.expiresAtMs());
    view.drop(approval.id(), approval.createdAtMs());
    if (!shown) {
      return;
    }
    traces.ended(approval.id());
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

  private void endHere(ApprovalEnded ended) {
    traces.ended(ended.id());
    if (view.end(ended.id(), ended.createdAtMs())) {
      ApprovalFollower told = follower;
      if (told != null) {
        ObjectNode payload = Json.parseObject(ended.payload());
        told.ended(
            ended.id(),
            ended.createdAtMs(),
            payload.path("decision").asText(),
            Json.textOrNull(payload, "resolvedBy"),
            Json.textOrNull(payload, "reason"));
      }
      Approval approval =
          new Approval(ended.id(), ended.createdAtMs(), 0, LazyJson.of(ended.request()));
      broadcaster.broadcastLocally(
          EncodedEvent.perProtocol(
                  EventType.EXEC_APPROVAL_RESOLVED,
                  () -> JsonText.of(ended.payload()),
                  () -> JsonText.of(withRequest(ended)))
              .onlyFor(approval::isFor));
    }
  }

  private static ApprovalEnded ended(ApprovalRecord record) {
    Approval approval = record.approval();
    ObjectNode json = Json.object().put("id", approval.id()).put("decision", record.decision());
    @Nullable String by = record.resolvedBy();
    Json.putIfPresent(json, "resolvedBy", by);
    json.put("ts", record.resolvedAtMs());
    record.ending().putInto(json, "reason", true);
    return new ApprovalEnded(
        approval.id(), approval.createdAtMs(), Json.text(json), approval.request().text());
  }

  private static String withRequest(ApprovalEnded ended) {
    String open = ended.payload().substring(0, ended.payload().length() - 1);
    return open + ",\"request\":" + ended.request() + "}";
  }
}
