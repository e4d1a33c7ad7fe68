package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.CloseDevice;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.ConnectionAlive;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.ConnectionProbe;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.DirectEvent;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.EventPublished;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.EventsPublished;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reaches sockets wherever they are: everybody's, one device's, or a single one. */
public final class Broadcaster {
  private static final long PROBE_TIMEOUT_MS = 1_000;

  private final Backplane backplane;
  private final LocalConnections connections;
  private final EventBatcher gathering;

  /** Makes it on the calling context. */
  public Broadcaster(Vertx vertx, Backplane backplane, LocalConnections connections) {
    this.backplane = backplane;
    this.connections = connections;
    this.gathering = new EventBatcher(vertx, this::together);
    backplane.on(EventsPublished.class, received -> deliver(received.message().events()));
    backplane.on(EventPublished.class, received -> deliver(received.message()));
    backplane.on(DirectEvent.class, received -> deliver(received.message()));
    backplane.on(CloseDevice.class, received -> close(received.message()));
    backplane.on(
        ConnectionProbe.class,
        received -> {
          boolean alive = connections.find(received.message().connId()) != null;
          received.answer().accept(new ConnectionAlive(alive));
        });
  }

  /** Sends an event to every connection in the cluster that may see it. */
  public void broadcast(EventType type, JsonText payload) {
    connections.broadcast(EncodedEvent.of(type, payload));
    backplane.publish(new EventPublished(type.wire(), payload.toString(), null));
  }

  /**
   * The same for an event that a later one repeats: slow connections do without.
   *
   * @param payloadV4 what protocol 4 is sent instead; null for the same
   */
  public void broadcastInPassing(EventType type, JsonText payloadV3, @Nullable JsonText payloadV4) {
    String other = payloadV4 == null ? null : payloadV4.toString();
    EventPublished event = new EventPublished(type.wire(), payloadV3.toString(), other, true, null);
    deliver(event);
    backplane.publish(event);
  }

  /** The same for an event whose payload is richer in protocol 4. */
  public void broadcast(EventType type, JsonText payloadV3, JsonText payloadV4) {
    connections.broadcast(EncodedEvent.perProtocol(type, () -> payloadV3, () -> payloadV4));
    backplane.publish(new EventPublished(type.wire(), payloadV3.toString(), payloadV4.toString()));
  }

  /**
   * Sends an event that nobody waits for and that may come in great numbers: what is said within a
   * quarter of a second leaves in one write for each connection.
   */
  public void broadcastSoon(EventType type, JsonText payload) {
    gathering.add(new EventPublished(type.wire(), payload.toString(), null));
  }

  /** The same for an event whose payload is richer in protocol 4. */
  public void broadcastSoon(EventType type, JsonText payloadV3, JsonText payloadV4) {
    gathering.add(new EventPublished(type.wire(), payloadV3.toString(), payloadV4.toString()));
  }

  /**
   * The same for an event of one session, for those who follow it.
   *
   * @param session canonical key
   */
  public void broadcastSoon(EventType type, String session, JsonText payload) {
    gathering.add(new EventPublished(type.wire(), payload.toString(), null, false, session));
  }

  /** Sends an event to this instance's own connections only. */
  public void broadcastLocally(EncodedEvent event) {
    connections.broadcast(event);
  }

  /** Sends an event to one connection of an instance, outside its numbering. */
  public void sendTo(String instance, String connId, EventType type, JsonText payload) {
    backplane.send(instance, new DirectEvent(connId, type.wire(), payload.toString()));
  }

  /**
   * Closes a device's connections everywhere.
   *
   * @param role only those in this role, or null for all
   * @param generation only those let in under an older generation of the device
   */
  public void closeDevice(
      String deviceId, @Nullable String role, CloseReason reason, long generation) {
    backplane.publishToAll(
        new CloseDevice(deviceId, role, reason.code(), reason.reason(), generation));
  }

  /** Whether a connection of an instance is alive; a silent instance counts as gone. */
  public Future<Boolean> isAlive(String instance, String connId) {
    return backplane
        .request(instance, new ConnectionProbe(connId), ConnectionAlive.class, PROBE_TIMEOUT_MS)
        .map(ConnectionAlive::alive)
        .otherwise(false);
  }

  private void together(List<EventPublished> events) {
    deliver(events);
    backplane.publish(events.size() == 1 ? events.getFirst() : new EventsPublished(events));
  }

  private void deliver(List<EventPublished> events) {
    connections.broadcast(
        events.stream().map(Broadcaster::encoded).filter(Objects::nonNull).toList());
  }

  private void deliver(EventPublished event) {
    EncodedEvent encoded = encoded(event);
    if (encoded != null) {
      connections.broadcast(encoded);
    }
  }

  private static @Nullable EncodedEvent encoded(EventPublished event) {
    EventType type = EventType.ofWire(event.event());
    if (type == null) {
      return null;
    }
    JsonText payload = JsonText.of(event.payload());
    String richer = event.payloadV4();
    EncodedEvent encoded =
        richer == null
            ? EncodedEvent.of(type, payload)
            : EncodedEvent.perProtocol(type, () -> payload, () -> JsonText.of(richer));
    EncodedEvent kept = event.passing() ? encoded.inPassing() : encoded;
    return event.session() == null ? kept : kept.ofSession(event.session());
  }

  private void deliver(DirectEvent event) {
    EventType type = EventType.ofWire(event.event());
    Connection connection = connections.find(event.connId());
    if (type != null && connection != null) {
      byte[] frame = Frames.direct(type, JsonText.of(event.payload()));
      connection.execute(() -> connection.send(frame));
    }
  }

  private void close(CloseDevice order) {
    connections.closeWhere(
        caller -> matches(order, caller),
        order.generation(),
        new CloseReason(order.code(), order.reason()));
  }

  private static boolean matches(CloseDevice order, Caller caller) {
    return order.deviceId().equals(caller.deviceId())
        && (order.role() == null || order.role().equals(caller.role()));
  }
}
