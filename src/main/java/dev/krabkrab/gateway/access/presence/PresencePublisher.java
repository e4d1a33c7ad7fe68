package dev.krabkrab.gateway.access.presence;

import dev.krabkrab.gateway.platform.Coalescer;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.StateVersion;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows the view: keeps the encoded list current and tells this instance's connections about it, as
 * often as that stays cheap. No two events carry the same version. Protocol 01d §10.3.
 */
final class PresencePublisher {
  private static final byte[] OPEN = "{\"presence\":".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx;
  private final PresenceView view;
  private final PresenceStore store;
  private final StateVersions versions;
  private final RedisTime time;
  private final LocalAudience audience;
  private final String instance;
  private final Coalescer announcer;
  private LongConsumer onAdvance = version -> {};
  private @Nullable Promise<Void> shown;
  private @Nullable Promise<Void> announced;
  private boolean unannounced;
  private boolean late;
  private long lastAnnounced;
  private double beaconsLeft = PresencePace.BEACONS_AT_ONCE;
  private long beaconsAt;
  private volatile Published published;

  private record Published(JsonText list, long version, long at) {}

  /** The published list with instances, when somebody has requested it. */
  private @Nullable JsonText located;

  PresencePublisher(Vertx vertx, PresenceState state, LocalAudience audience, String instance) {
    this.vertx = vertx;
    this.view = state.view();
    this.store = state.store();
    this.versions = state.versions();
    this.time = state.time();
    this.audience = audience;
    this.instance = instance;
    this.announcer = new Coalescer(vertx, this::announce);
    this.published = new Published(JsonText.of(Json.array()), 0, 0);
  }

  /** Notified of versions this board takes for itself. */
  void onAdvance(LongConsumer listener) {
    onAdvance = listener;
  }

  /** The encoded list. Safe from any thread. */
  JsonText list() {
    return published.list();
  }

  /** The list with the instance that each entry is connected to; on the view's context. */
  JsonText located() {
    JsonText known = located;
    if (known == null) {
      int size = published.list().size() + 1_024;
      known = PresenceList.of(view, instance, published.at(), size, true);
      located = known;
    }
    return known;
  }

  /** The versions that belong to the list. Safe from any thread. */
  StateVersion version() {
    return new StateVersion(published.version(), versions.health());
  }

  /** The view changed; completes when the list shows it. */
  Future<Void> shown(long version) {
    Promise<Void> promise = shown;
    unannounced = true;
    late |= version <= published.version();
    if (promise == null) {
      promise = Promise.promise();
      shown = promise;
      vertx.runOnContext(turn -> flush());
    }
    return promise.future();
  }

  /**
   * The view changed; completes when this instance's connections have been notified, or at once
   * where that has to wait for others' sake. In a small crowd a change does not wait, unless many
   * came before it.
   */
  Future<Void> announced(long version) {
    Promise<Void> promise = announced;
    if (promise == null) {
      promise = Promise.promise();
      announced = promise;
    }
    shown(version);
    return promise.future();
  }

  /**
   * Encodes the list anew when it is behind the view, or its times are older than the given age.
   */
  void refresh(long ageMs) {
    long now = time.now();
    if (shown != null || now - published.at() >= ageMs || now < published.at()) {
      view.expire(now);
      publish();
    }
  }

  private void flush() {
    Promise<Void> seen = shown;
    Promise<Void> waiter = announced;
    shown = null;
    announced = null;
    publish();
    boolean alone = waiter != null && announcer.isResting() && takeBeacon();
    Future<Void> announcement = alone ? announce().mapEmpty() : announcer.request();
    if (seen != null) {
      seen.complete();
    }
    if (waiter != null) {
      boolean held = !alone && announcer.isResting();
      (held ? Future.<Void>succeededFuture() : announcement).onComplete(waiter);
    }
  }

  /** Whether a system event may be told by itself, in the middle of a rest. */
  private boolean takeBeacon() {
    long now = time.now();
    double more = (now - beaconsAt) / (double) PresencePace.MIN_REST_MS;
    beaconsLeft = Math.clamp(beaconsLeft + more, 0, PresencePace.BEACONS_AT_ONCE);
    beaconsAt = now;
    if (beaconsLeft < 1 || !PresencePace.isCheap(published.list().size(), audience.size())) {
      return false;
    }
    beaconsLeft--;
    return true;
  }

  private void publish() {
    long now = time.now();
    JsonText list = PresenceList.of(view, instance, now, published.list().size() + 1_024, false);
    published = new Published(list, versions.presence(), now);
    located = null;
  }

  private Future<Long> announce() {
    if (!unannounced) {
      return Future.succeededFuture(0L);
    }
    unannounced = false;
    if (versions.presence() > lastAnnounced && !late) {
      return Future.succeededFuture(send());
    }
    // What changed is older than a version already shown: a client would take it for stale.
    late = false;
    return store
        .advancePresence()
        .onSuccess(onAdvance::accept)
        .otherwise(away -> versions.presence() + 1)
        .map(
            version -> {
              versions.sawPresence(version);
              return send();
            });
  }

  /** Tells everybody here; returns how long to rest, so that storms stay linear. */
  private long send() {
    publish();
    lastAnnounced = published.version();
    byte[] list = published.list().utf8();
    ByteArrayOutputStream payload = new ByteArrayOutputStream(list.length + 16);
    payload.writeBytes(OPEN);
    payload.writeBytes(list);
    payload.write('}');
    audience.send(
        EncodedEvent.versioned(
            EventType.PRESENCE, JsonText.ofUtf8(payload.toByteArray()), version()));
    return PresencePace.restMs(list.length, audience.size());
  }
}
