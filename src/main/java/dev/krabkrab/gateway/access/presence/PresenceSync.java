package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.presence.PresenceLine.Kind;
import dev.krabkrab.gateway.platform.Coalescer;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Membership;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Redis equal to the connections this instance really has, and removes what dead instances
 * left. It fails open: while Redis is away lines change here only, and are asserted on its return.
 */
final class PresenceSync {
  private static final Logger LOG = LoggerFactory.getLogger(PresenceSync.class);

  private static final long TICK_MS = 10_000;
  private static final int TICKS_BETWEEN_READS = 30;

  private final Vertx vertx;
  private final PresenceView view;
  private final PresenceStore store;
  private final PresencePublisher board;
  private final PresenceFeed feed;
  private final StateVersions versions;
  private final RedisTime time;
  private final Backplane backplane;
  private final Membership membership;
  private final String instance;
  private final Map<String, PresenceLine> own = new HashMap<>();
  private final Coalescer assertion;
  private Set<String> suspects = Set.of();
  private int ticks;
  private boolean unsure;

  PresenceSync(
      Vertx vertx,
      PresenceState state,
      PresencePublisher board,
      PresenceFeed feed,
      Backplane backplane,
      Membership membership) {
    this.vertx = vertx;
    this.view = state.view();
    this.store = state.store();
    this.versions = state.versions();
    this.time = state.time();
    this.board = board;
    this.feed = feed;
    this.backplane = backplane;
    this.membership = membership;
    this.instance = backplane.instance();
    this.assertion = new Coalescer(vertx, this::assertOwn);
  }

  /** Enters this instance's own line and what it knows to be connected, then follows the others. */
  Future<Void> start(ObjectNode self) {
    String field = PresenceLine.self(instance);
    own.put(field, new PresenceLine(field, Kind.SELF, instance, time.now(), Json.text(self), 0));
    feed.start();
    backplane.onResync(this::resync);
    membership.onGone(this::gone);
    vertx.setPeriodic(TICK_MS, timer -> tick());
    return assertion.request();
  }

  /** Takes this instance's lines out; the last thing it does. */
  Future<Void> leave() {
    own.clear();
    return gone(instance);
  }

  /** A connection of this instance came; completes when the list shows it. */
  Future<Void> enter(String field, String key, String entry) {
    PresenceLine guess =
        new PresenceLine(field, Kind.LIVE, key, time.now(), entry, versions.presence());
    own.put(field, guess);
    return store
        .connect(guess)
        .map(
            change -> {
              PresenceLine line =
                  new PresenceLine(field, Kind.LIVE, key, change.now(), entry, change.version());
              own.replace(field, line);
              time.learn(change.now());
              feed.publish(field, line.encode(), line.version());
              view.put(line);
              return line;
            })
        .otherwise(
            away -> {
              unsure = true;
              if (own.containsKey(field)) {
                view.put(guess);
              }
              return guess;
            })
        .compose(line -> board.shown(line.version()));
  }

  /** A connection of this instance went. */
  void exit(String field, String key) {
    PresenceLine line = own.remove(field);
    if (line == null) {
      return;
    }
    ObjectNode merged = view.entry(key);
    String remainder =
        merged == null ? line.entry() : Json.text(merged.put("reason", "disconnect"));
    store
        .disconnect(field, key, remainder)
        .onSuccess(
            change -> {
              time.learn(change.now());
              view.remove(field);
              feed.publish(field, null, change.version() - change.extra());
              if (change.extra() == 1) {
                putRow(Kind.GONE, key, remainder, change.now(), change.version());
              }
              board.shown(change.version());
            })
        .onFailure(
            away -> {
              unsure = true;
              view.remove(field);
              view.put(row(Kind.GONE, key, remainder, time.now(), versions.presence()));
              board.shown(versions.presence());
            });
  }

  /** Writes what a beacon says; completes with the version that brought it. */
  Future<Long> beacon(String key, String entry) {
    return store
        .beacon(key, entry)
        .map(
            change -> {
              time.learn(change.now());
              putRow(Kind.BEACON, key, entry, change.now(), change.version());
              return change.version();
            });
  }

  private void putRow(Kind kind, String key, String entry, long ts, long version) {
    PresenceLine line = row(kind, key, entry, ts, version);
    view.put(line);
    feed.publish(line.field(), line.encode(), version);
  }

  private static PresenceLine row(Kind kind, String key, String entry, long ts, long version) {
    return new PresenceLine(PresenceLine.row(key), kind, key, ts, entry, version);
  }

  private Future<Void> resync() {
    return assertion.request().onFailure(e -> LOG.debug("not asserted: {}", e.getMessage()));
  }

  private Future<Long> assertOwn() {
    unsure = false;
    return feed.load(store.assertOwn(instance, List.copyOf(own.values())))
        .onFailure(e -> unsure = true)
        .map(
            found -> {
              if (found.change().extra() > 0) {
                feed.publishEverything(found.change().version());
              }
              return PresenceFeed.REST_AFTER_READ_MS;
            });
  }

  private Future<Void> gone(String dead) {
    return store
        .gone(dead)
        .compose(
            change -> {
              if (change.extra() == 0) {
                return Future.succeededFuture();
              }
              feed.publishEverything(change.version());
              return feed.reread();
            });
  }

  private void tick() {
    board.refresh(0);
    ticks++;
    if (!store.connected()) {
      unsure = true;
      return;
    }
    sweep();
    check().onFailure(e -> LOG.debug("presence not checked: {}", e.getMessage()));
  }

  private Future<Void> check() {
    // Somebody took this instance for dead, or Redis lost what it had.
    if (unsure || own.keySet().stream().anyMatch(field -> view.line(field) == null)) {
      return resync();
    }
    if (ticks % TICKS_BETWEEN_READS == 0) {
      return feed.reread();
    }
    return feed.verify().compose(kept -> kept ? Future.succeededFuture() : resync());
  }

  /** An instance with lines but no lease, twice in a row, died unnoticed. */
  private void sweep() {
    Set<String> live = membership.live();
    Set<String> leaseless = new HashSet<>(view.instances());
    leaseless.removeAll(live);
    leaseless.remove(instance);
    if (live.isEmpty()) {
      return;
    }
    leaseless.stream()
        .filter(suspects::contains)
        .forEach(dead -> gone(dead).onFailure(e -> LOG.debug("not swept: {}", e.getMessage())));
    suspects = leaseless;
  }
}
