package dev.krabkrab.gateway.edge.topology;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.edge.topology.TopologyStore.Reading;
import dev.krabkrab.gateway.edge.topology.TopologyStore.Row;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InstanceJoined;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InstanceLeft;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells how all instances are, from the last report of each, also while Redis is away. Each
 * instance reports itself every two seconds and tells its own clients when an instance came, went
 * or changed its state. Belongs to one context.
 */
public final class TopologyService {
  private static final long REPORT_EVERY_MS = 2_000;
  private static final long LOOK_EVERY_MS = 1_000;

  /** A report that is older is not believed to be how the instance is. */
  static final long STALE_MS = 3_000;

  /** An instance that is gone is shown that long. */
  static final long KEEP_GONE_MS = 60_000;

  private static final long ASK_SERVER_EVERY_MS = 60_000;

  private final Vertx vertx;
  private final Platform platform;
  private final TopologyStore store;
  private final OwnReport own;
  private Reading reading = new Reading(0, List.of());
  private long readAtNanos;
  private double roundTripMs = -1;
  private ObjectNode server = Json.object();
  private String told = "";
  private boolean asking;

  TopologyService(Vertx vertx, Platform platform, TopologyStore store, OwnReport own) {
    this.vertx = vertx;
    this.platform = platform;
    this.store = store;
    this.own = own;
  }

  /** Begins to report; call when this instance holds its lease. */
  void start() {
    vertx.setPeriodic(0, REPORT_EVERY_MS, timer -> report());
    vertx.setPeriodic(LOOK_EVERY_MS, timer -> look());
    vertx.setPeriodic(0, ASK_SERVER_EVERY_MS, timer -> askServer());
    platform.backplane().on(InstanceJoined.class, joined -> report());
    platform.backplane().on(InstanceLeft.class, left -> report());
  }

  /** The payload of {@code cluster.status} and {@code cluster.changed}. */
  ObjectNode status() {
    long now = nowMs();
    ObjectNode status = Json.object().put("asOfMs", now).put("you", platform.instance());
    status.set("redis", redis());
    var instances = status.putArray("instances");
    boolean seen = reading.rows().stream().anyMatch(row -> isOwn(row.instance()));
    if (!seen) {
      instances.add(shown(new Row(platform.instance(), now, 0, own.read()), now));
    }
    reading.rows().stream()
        .sorted(Comparator.comparing(Row::instance))
        .forEach(row -> instances.add(shown(row, now)));
    return status;
  }

  private ObjectNode shown(Row row, long now) {
    boolean mine = isOwn(row.instance());
    ObjectNode shown = Json.object().put("id", row.instance());
    shown.setAll(mine ? own.read() : row.report());
    shown.put("asOfMs", mine ? now : row.writtenMs());
    if (!mine && row.goneMs() > 0) {
      shown.put("state", "gone").put("goneSinceMs", row.goneMs());
    } else if (!mine && now - row.writtenMs() > STALE_MS) {
      shown.put("lastState", shown.path("state").asText()).put("state", "stale");
    }
    return shown;
  }

  private ObjectNode redis() {
    ObjectNode redis = server.deepCopy();
    String reason = own.degraded();
    redis.put("ok", reason == null);
    Json.putIfPresent(redis, "reason", reason);
    if (roundTripMs >= 0) {
      redis.put("roundTripMs", roundTripMs);
    }
    return redis;
  }

  /** By the clock of Redis, which all reports are dated by; goes on while Redis is away. */
  private long nowMs() {
    return reading.nowMs() == 0
        ? platform.clock().millis()
        : reading.nowMs() + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - readAtNanos);
  }

  private void report() {
    if (asking) {
      return;
    }
    asking = true;
    long sentAt = System.nanoTime();
    store
        .report(platform.instance(), own.read(), KEEP_GONE_MS)
        .onSuccess(
            read -> {
              reading = read;
              readAtNanos = System.nanoTime();
              roundTripMs = TimeUnit.NANOSECONDS.toMicros(readAtNanos - sentAt) / 1_000.0;
            })
        .onFailure(away -> roundTripMs = -1)
        .onComplete(
            done -> {
              asking = false;
              look();
            });
  }

  private void askServer() {
    store.server().onSuccess(known -> server = known).onComplete(done -> look());
  }

  /** Tells this instance's clients when something other than a figure changed. */
  private void look() {
    ObjectNode status = status();
    String now = structure(status);
    if (!now.equals(told)) {
      told = now;
      platform
          .broadcaster()
          .broadcastLocally(EncodedEvent.of(EventType.CLUSTER_CHANGED, JsonText.of(status)));
    }
  }

  private static String structure(ObjectNode status) {
    StringBuilder text = new StringBuilder(status.at("/redis/ok").asText());
    text.append(status.at("/redis/reason").asText()).append(status.at("/redis/version").asText());
    status
        .path("instances")
        .forEach(
            one -> {
              for (String field : List.of("id", "state", "version", "reason", "drain")) {
                text.append('|').append(one.path(field));
              }
            });
    return text.toString();
  }

  private boolean isOwn(@Nullable String instance) {
    return platform.instance().equals(instance);
  }
}
