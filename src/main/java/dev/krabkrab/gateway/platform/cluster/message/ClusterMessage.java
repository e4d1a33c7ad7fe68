package dev.krabkrab.gateway.platform.cluster.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What instances say to each other. Unknown fields are ignored and unknown kinds skipped, so that
 * two releases can run side by side. A message is a hint: the truth is in Redis.
 */
public sealed interface ClusterMessage {

  /**
   * A broadcast event for the sockets of the receiver.
   *
   * @param event wire name
   * @param payload encoded payload for protocol 3
   * @param payloadV4 encoded payload for protocol 4 where it differs, else null
   * @param passing whoever has no room for it may do without, whatever its kind
   * @param session canonical key of the session whose followers it is for, else null
   */
  record EventPublished(
      String event,
      String payload,
      @Nullable String payloadV4,
      boolean passing,
      @Nullable String session)
      implements ClusterMessage {
    public EventPublished(String event, String payload, @Nullable String payloadV4) {
      this(event, payload, payloadV4, false, null);
    }
  }

  /** Broadcast events that leave together, in their order. */
  record EventsPublished(List<EventPublished> events) implements ClusterMessage {}

  /** An event for one connection of the receiver, outside its numbering. */
  record DirectEvent(String connId, String event, String payload) implements ClusterMessage {}

  /**
   * An approval was opened; the receiver shows it to its approvers.
   *
   * @param request what is to be approved, in its protocol 4 form, encoded
   */
  record ApprovalRequested(String id, long createdAtMs, long expiresAtMs, String request)
      implements ClusterMessage {}

  /**
   * An approval was decided; the receiver tells its approvers, and whoever waits reads it again.
   *
   * @param payload encoded payload of {@code exec.approval.resolved} for protocol 3
   * @param request what was to be approved, encoded; protocol 4 adds it to the payload
   */
  record ApprovalEnded(String id, long createdAtMs, String payload, String request)
      implements ClusterMessage {}

  /**
   * Close a device's connections.
   *
   * @param role only those in this role, or null for all
   * @param generation only those let in under an older generation of the device
   */
  record CloseDevice(
      String deviceId, @Nullable String role, int code, String reason, long generation)
      implements ClusterMessage {}

  /**
   * A secret presented at a handshake was wrong.
   *
   * @param subject address, or network, it came from
   * @param suspectMs how long the receiver asks Redis before it looks at a secret from there, in
   *     milliseconds
   * @param lockedMs how long it looks at none, in milliseconds; 0 when that address is not locked
   *     out
   */
  record SecretGuessed(String subject, long suspectMs, long lockedMs) implements ClusterMessage {}

  /** The gateway document has a new revision. */
  record SettingsChanged(String hash) implements ClusterMessage {}

  /** Asks which of these variables of the environment the receiver has not. */
  record VariablesProbe(List<String> names) implements ClusterMessage {}

  /** Answer to {@link VariablesProbe}. */
  record VariablesMissing(List<String> names) implements ClusterMessage {}

  /**
   * One connection's or beacon's line of presence was written or removed.
   *
   * @param field name of the line in the store
   * @param row encoded line, or null when removed
   * @param version presence version after the change
   */
  record PresenceChanged(String field, @Nullable String row, long version)
      implements ClusterMessage {}

  /** A node registered anew; its older connection on the receiver is to be closed. */
  record NodeSuperseded(String nodeId, String connId, long epoch) implements ClusterMessage {}

  /** A node came or went: routes kept for it are stale. */
  record NodeChanged(String nodeId) implements ClusterMessage {}

  /**
   * Write an invoke to a node's socket.
   *
   * @param invokeId UUID of the invoke
   * @param connId the node's connection the route was looked up for
   * @param epoch its registration's generation
   * @param payload encoded payload of {@code node.invoke.request}
   * @param waitMs how long the sender waits for the result, in milliseconds
   */
  record InvokeSend(
      String invokeId, String nodeId, String connId, long epoch, String payload, long waitMs)
      implements ClusterMessage {}

  /**
   * An {@link InvokeSend} was certainly not written to a socket.
   *
   * @param problem {@code gone} when the connection is not here, {@code closed} when it just
   *     closed, {@code full} when the node does not read
   */
  record InvokeRefused(String invokeId, String problem) implements ClusterMessage {}

  /** Nobody waits for the invoke any more; a late result is to be ignored. */
  record InvokeDropped(String invokeId) implements ClusterMessage {}

  /** Whoever asked for the invoke lost the right to it: its node is to stop it. */
  record InvokeCancelled(String invokeId) implements ClusterMessage {}

  /** A node's result for an invoke that the receiver waits for. */
  record InvokeResult(String invokeId, String nodeId, JsonNode result) implements ClusterMessage {}

  /** Answer to {@link InvokeResult}: whether somebody waited for it. */
  record InvokeTaken(boolean taken) implements ClusterMessage {}

  /** The node's connection is gone with these invokes unanswered. */
  record InvokesLost(String nodeId, List<String> invokeIds) implements ClusterMessage {}

  /** Asks whether a connection is still alive on the receiver. */
  record ConnectionProbe(String connId) implements ClusterMessage {}

  /** Answer to {@link ConnectionProbe}. */
  record ConnectionAlive(boolean alive) implements ClusterMessage {}

  /** An idempotent call finished; whoever joined it reads the outcome. */
  record CallFinished(String key) implements ClusterMessage {}

  /** It is the run's turn in its session; the receiver owns it. */
  record RunTurn(String session, String runId) implements ClusterMessage {}

  /** End a run of the receiver's. */
  record RunAbort(String session, String runId, String why) implements ClusterMessage {}

  /** Answer to {@link RunAbort}: it is over. */
  record RunAborted() implements ClusterMessage {}

  /** Somebody in a channel who was let in is so no more; what runs for them ends. */
  record PersonSentAway(String channel, String accountId, String senderId)
      implements ClusterMessage {}

  /** A run is over; whoever waits for it reads what became of it. */
  record RunEnded(String runId) implements ClusterMessage {}

  /**
   * Somebody looks at an approval.
   *
   * @param connId of the connection that says so
   * @param approval id of the approval, or null when it is left
   * @param deviceId of who looks, or null
   * @param label what people call it
   * @param user who is behind it, or null
   * @param sinceMs when that began, by the clock of its instance
   */
  record ApprovalViewed(
      String connId,
      @Nullable String approval,
      @Nullable String deviceId,
      String label,
      @Nullable String user,
      long sinceMs)
      implements ClusterMessage {}

  /** An instance came up, or came back from an outage. */
  record InstanceJoined(String instance) implements ClusterMessage {}

  /** An instance is gone and its leavings have been claimed. */
  record InstanceLeft(String instance) implements ClusterMessage {}
}
