package dev.krabkrab.gateway.edge.health;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.presence.LocalAudience;
import dev.krabkrab.gateway.access.presence.PresenceService;
import dev.krabkrab.gateway.platform.Coalescer;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Membership;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InstanceJoined;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InstanceLeft;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the gateway's health from memory: refreshed by timer, sent to this instance's connections
 * when it changed, at most once a second. Protocol 01d §10.5. Answers while Redis is away, too.
 * Belongs to one context but for {@link #snapshot}.
 */
public final class HealthService {
  private static final Logger LOG = LoggerFactory.getLogger(HealthService.class);

  private static final long REFRESH_EVERY_MS = 60_000;
  private static final long MIN_REST_MS = 1_000;

  /** The list of live instances is read every 2 s; a change shows in it a little later. */
  private static final long MEMBERS_SETTLE_MS = 2_500;

  private final HealthStore store;
  private final PresenceService presence;
  private final Membership membership;
  private final LocalAudience audience;
  private final InstantSource clock;
  private final HealthReport report;
  private final HealthSources sources;
  private final Coalescer announcer;
  private String content = "";
  private HealthFacts facts = HealthFacts.NONE;
  private volatile Snapshot snapshot = new Snapshot(JsonText.of(Json.object()), 0);

  private record Snapshot(JsonText text, long ts) {}

  /**
   * Makes it on the calling context.
   *
   * @param audience the connections of this instance
   * @param presence counts the versions of both snapshots
   * @param sources what it looks at
   */
  HealthService(
      Vertx vertx,
      RedisLink link,
      Platform platform,
      LocalAudience audience,
      PresenceService presence,
      HealthSources sources) {
    this.store = new HealthStore(link);
    this.presence = presence;
    this.membership = platform.membership();
    this.audience = audience;
    this.clock = platform.clock();
    this.report = new HealthReport(link.settings().namespace(), sources.heartbeat());
    this.sources = sources;
    this.announcer = new Coalescer(vertx, this::announce);
  }

  /** Looks for the first time, and from now on by timer and whenever there is a reason to. */
  void start(Vertx vertx, Backplane backplane) {
    look(false);
    vertx.setPeriodic(REFRESH_EVERY_MS, timer -> refresh(false));
    Runnable soon = () -> vertx.setTimer(MEMBERS_SETTLE_MS, timer -> look(false));
    backplane.on(InstanceJoined.class, joined -> soon.run());
    backplane.on(InstanceLeft.class, left -> soon.run());
    store.onConnectionChange(() -> look(false));
  }

  /** What is not known now is reported as it was. */
  private Future<Void> refresh(boolean publish) {
    return sources
        .find()
        .onSuccess(found -> facts = found)
        .onFailure(e -> LOG.debug("health: {}", e.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .onComplete(done -> look(publish));
  }

  /** The health object, encoded, for hello-ok. Safe from any thread; at most 60 s old. */
  public JsonText snapshot() {
    return snapshot.text();
  }

  /**
   * Answers {@code health}.
   *
   * @param probe look now, and send it to everybody on this instance
   */
  Future<JsonText> health(boolean probe) {
    if (probe) {
      return refresh(true).map(done -> snapshot.text());
    }
    if (clock.millis() - snapshot.ts() >= MIN_REST_MS) {
      encode(0);
    }
    return Future.succeededFuture(snapshot.text());
  }

  /** Answers {@code status}; fails while Redis is away. */
  Future<JsonText> status() {
    return sources
        .queuedEvents()
        .compose(
            queued ->
                sources
                    .find()
                    .map(found -> JsonText.of(report.status(queued, found, clock.millis()))));
  }

  private void look(boolean publish) {
    long began = clock.millis();
    ObjectNode found =
        report.health(Math.max(1, membership.live().size()), store.connected(), facts);
    String text = Json.text(found);
    boolean changed = !text.equals(content);
    content = text;
    encode(Math.max(0, clock.millis() - began));
    if (changed || publish) {
      announcer.request().onFailure(e -> LOG.debug("health not told: {}", e.getMessage()));
    }
  }

  private void encode(long durationMs) {
    long now = clock.millis();
    String head = "{\"ok\":true,\"ts\":" + now + ",\"durationMs\":" + durationMs + ",";
    snapshot = new Snapshot(JsonText.of(head + content.substring(1)), now);
  }

  private Future<Long> announce() {
    return store
        .advance(presence.versions().health())
        .otherwise(away -> presence.versions().health() + 1)
        .map(
            version -> {
              presence.versions().sawHealth(version);
              audience.send(
                  EncodedEvent.versioned(
                      EventType.HEALTH, snapshot.text(), presence.stateVersion()));
              return MIN_REST_MS;
            });
  }
}
