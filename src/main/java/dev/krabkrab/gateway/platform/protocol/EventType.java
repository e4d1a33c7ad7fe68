package dev.krabkrab.gateway.platform.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every event: its wire name, who may see it and what happens when a client is too slow for it.
 * Protocol 01d §9, 05 §9. The order is that of {@code hello-ok.features.events}.
 */
public enum EventType {
  CONNECT_CHALLENGE("connect.challenge", Guard.NONE, Delivery.DIRECT),
  AGENT("agent", Guard.CONVERSATION, Delivery.MUST_DELIVER),
  CHAT("chat", Guard.CONVERSATION, Delivery.MUST_DELIVER),
  PRESENCE("presence", Guard.READ_IN_V4, Delivery.DROPPABLE),
  TICK("tick", Guard.NONE, Delivery.DROPPABLE),
  TALK_MODE("talk.mode", Guard.READ_IN_V4, Delivery.DROPPABLE),
  SHUTDOWN("shutdown", Guard.NONE, Delivery.MUST_DELIVER),
  HEALTH("health", Guard.NONE, Delivery.MUST_DELIVER),
  HEARTBEAT("heartbeat", Guard.NONE, Delivery.DROPPABLE),
  CRON("cron", Guard.READ_IN_V4, Delivery.DROPPABLE),
  NODE_PAIR_REQUESTED("node.pair.requested", Guard.PAIRING, Delivery.MUST_DELIVER),
  NODE_PAIR_RESOLVED("node.pair.resolved", Guard.PAIRING, Delivery.MUST_DELIVER),
  NODE_INVOKE_REQUEST("node.invoke.request", Guard.NONE, Delivery.DIRECT),
  DEVICE_PAIR_REQUESTED("device.pair.requested", Guard.PAIRING, Delivery.MUST_DELIVER),
  DEVICE_PAIR_RESOLVED("device.pair.resolved", Guard.PAIRING, Delivery.MUST_DELIVER),
  VOICEWAKE_CHANGED("voicewake.changed", Guard.READ_IN_V4, Delivery.DROPPABLE),
  EXEC_APPROVAL_REQUESTED("exec.approval.requested", Guard.APPROVALS, Delivery.MUST_DELIVER),
  EXEC_APPROVAL_RESOLVED("exec.approval.resolved", Guard.APPROVALS, Delivery.MUST_DELIVER),
  SESSIONS_CHANGED("sessions.changed", Guard.SUBSCRIBED, Delivery.DROPPABLE),
  SESSION_MESSAGE("session.message", Guard.SUBSCRIBED, Delivery.MUST_DELIVER),
  DEVICE_PAIR_CHANGED("device.pair.changed", Guard.PAIRING_IN_V4, Delivery.MUST_DELIVER),
  NODE_INVOKE_CANCEL("node.invoke.cancel", Guard.NONE, Delivery.DIRECT),
  CLUSTER_CHANGED("cluster.changed", Guard.READING_OPERATORS, Delivery.DROPPABLE),
  APPROVAL_VIEWERS("approval.viewers", Guard.VIEWERS, Delivery.DROPPABLE);

  /** Who may see an event. */
  public enum Guard {
    /** Every connection. */
    NONE,
    /** Everybody in protocol 3; nodes, and operators that may read, in protocol 4. */
    READ_IN_V4,
    /** Operators that may read; nodes only by subscription. */
    CONVERSATION,
    /** Operators of protocol 4 that may read. */
    READING_OPERATORS,
    /** Operators of protocol 4 that may read, and have asked for it. */
    SUBSCRIBED,
    PAIRING,
    /** The same, in protocol 4 only. */
    PAIRING_IN_V4,
    APPROVALS,
    /** The same, for those that said they know what to do with it. */
    VIEWERS
  }

  /** What happens to an event a connection has no room for. */
  public enum Delivery {
    /** Skipped; a later event repeats it in full. */
    DROPPABLE,
    /** The connection is closed rather than left without it. */
    MUST_DELIVER,
    /** Sent to one connection, outside its numbering. */
    DIRECT
  }

  private static final String VIEWERS_CAP = "approval-viewers";

  private static final Map<String, EventType> BY_WIRE =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(e -> e.wire, Function.identity()));
  private static final List<String> NAMES = Arrays.stream(values()).map(e -> e.wire).toList();

  private final String wire;
  private final Guard guard;
  private final Delivery delivery;

  EventType(String wire, Guard guard, Delivery delivery) {
    this.wire = wire;
    this.guard = guard;
    this.delivery = delivery;
  }

  public String wire() {
    return wire;
  }

  public Delivery delivery() {
    return delivery;
  }

  /** Whether some of its events are dropped: those of a text that grows are, until its last one. */
  public boolean mayBeDropped() {
    return delivery == Delivery.DROPPABLE || this == AGENT || this == CHAT;
  }

  public static List<String> names() {
    return NAMES;
  }

  /** Returns the type of a wire name, or null when this gateway does not know it. */
  public static @Nullable EventType ofWire(String wire) {
    return BY_WIRE.get(wire);
  }

  /** Whether only connections get it that have asked for it. Protocol 05 §12. */
  public boolean needsSubscription() {
    return guard == Guard.SUBSCRIBED;
  }

  /** Whether a broadcast of this event may reach the caller. */
  public boolean visibleTo(Caller caller) {
    return switch (guard) {
      case NONE -> true;
      case READ_IN_V4 -> !caller.isV4() || caller.isNode() || mayRead(caller);
      case CONVERSATION -> mayRead(caller);
      case SUBSCRIBED, READING_OPERATORS -> caller.isV4() && mayRead(caller);
      case PAIRING -> caller.holds("operator.pairing");
      case PAIRING_IN_V4 -> caller.isV4() && caller.holds("operator.pairing");
      case APPROVALS -> caller.holds("operator.approvals");
      case VIEWERS -> caller.holds("operator.approvals") && caller.caps().contains(VIEWERS_CAP);
    };
  }

  private static boolean mayRead(Caller caller) {
    return caller.holds("operator.read") || caller.holds("operator.write");
  }
}
