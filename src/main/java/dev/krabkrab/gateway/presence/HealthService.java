package dev.krabkrab.gateway.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Membership;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.InstanceJoined;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.InstanceLeft;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.protocol.EncodedEvent;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.StateVersion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the gateway is, from memory: looked at by timer, told to this instance's connections when it
 * changed, at most once a second. Protocol 01d §10.5. Answers while Redis is away, too. Belongs to
 * one context but for {@link #snapshot}.
 */
public final class HealthService {
  private static final Logger LOG = LoggerFactory.getLogger(HealthService.class);

  private static final long REFRESH_EVERY_MS = 60_000;
  private static final long MIN_REST_MS = 1_000;

  /** The list of live instances is read every 2 s; a change shows in it a little later. */
  private static final long MEMBERS_SETTLE_MS = 2_500;

  private final PresenceStore store;
  private final StateVersions versions;
  private final Supplier<StateVersion> announcedVersion;
  private final Membership membership;
  private final LocalAudience audience;
  private final SystemEventService events;
  private final Supplier<String> mainSession;
  private final InstantSource clock;
  private final HealthReport report;
  private final Coalescer announcer;
  private String content = "";
  private HealthFacts facts = HealthFacts.NONE;
  private volatile HealthFacts.Source source = () -> Future.succeededFuture(HealthFacts.NONE);
  private volatile Snapshot snapshot = new Snapshot(JsonText.of(Json.object()), 0);

  private record Snapshot(JsonText text, long ts) {}

  HealthService(
      PresenceStore store,
      StateVersions versions,
      Supplier<StateVersion> announcedVersion,
      Membership membership,
      LocalAudience audience,
      SystemEventService events,
      Supplier<String> mainSession,
      InstantSource clock,
      HealthReport report,
      Vertx vertx) {
    this.store = store;
    this.versions = versions;
    this.announcedVersion = announcedVersion;
    this.membership = membership;
    this.audience = audience;
    this.events = events;
    this.mainSession = mainSession;
    this.clock = clock;
    this.report = report;
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

  /** Tells of other rooms, too, from now on. Safe from any thread. */
  public void consult(HealthFacts.Source rooms) {
    source = rooms;
  }

  /** What other rooms cannot tell now is told as it was. */
  private Future<Void> refresh(boolean tell) {
    return source
        .find()
        .onSuccess(found -> facts = found)
        .onFailure(e -> LOG.debug("health: {}", e.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .onComplete(done -> look(tell));
  }

  /** The health object, encoded, for hello-ok. Safe from any thread; at most 60 s old. */
  public JsonText snapshot() {
    return snapshot.text();
  }

  /**
   * Answers {@code health}.
   *
   * @param probe look now, and tell everybody on this instance
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
    return events
        .peek(mainSession.get())
        .compose(
            queued ->
                source
                    .find()
                    .map(found -> JsonText.of(report.status(queued, found, clock.millis()))));
  }

  private void look(boolean tell) {
    long began = clock.millis();
    ObjectNode found =
        report.health(Math.max(1, membership.live().size()), store.connected(), facts);
    String text = Json.text(found);
    boolean changed = !text.equals(content);
    content = text;
    encode(Math.max(0, clock.millis() - began));
    if (changed || tell) {
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
        .advanceHealth()
        .otherwise(away -> versions.health() + 1)
        .map(
            version -> {
              versions.sawHealth(version);
              audience.tell(
                  EncodedEvent.versioned(
                      EventType.HEALTH, snapshot.text(), announcedVersion.get()));
              return MIN_REST_MS;
            });
  }
}
