package dev.krabkrab.gateway.access.presence;

import dev.krabkrab.gateway.access.presence.PresenceStore.Reading;
import dev.krabkrab.gateway.platform.Coalescer;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.PresenceChanged;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the view equal to Redis: change by change, and by a full read when one may be missing. */
final class PresenceFeed {
  private static final Logger LOG = LoggerFactory.getLogger(PresenceFeed.class);

  /** Field of a message that asks for a full read, and of one that only tells a version. */
  private static final String EVERYTHING = "*";

  private static final String NOTHING = "";

  static final long REST_AFTER_READ_MS = 100;

  /**
   * How long a change on its way to this instance is waited for, and how often it is looked for;
   * then it counts as lost.
   */
  private static final long AWAIT_MS = 2;

  private static final int AWAIT_ATTEMPTS = 25;

  private final Vertx vertx;
  private final PresenceView view;
  private final PresenceStore store;
  private final PresencePublisher board;
  private final StateVersions versions;
  private final RedisTime time;
  private final Backplane backplane;
  private final List<PresenceChanged> duringRead = new ArrayList<>();
  private final Coalescer reread;
  private final SeenChanges seen = new SeenChanges();
  private int reading;

  PresenceFeed(Vertx vertx, PresenceState state, PresencePublisher board, Backplane backplane) {
    this.vertx = vertx;
    this.view = state.view();
    this.store = state.store();
    this.versions = state.versions();
    this.time = state.time();
    this.board = board;
    this.backplane = backplane;
    this.reread = new Coalescer(vertx, () -> load(store.read()).map(REST_AFTER_READ_MS));
    board.onAdvance(version -> publish(NOTHING, null, version));
  }

  void start() {
    backplane.on(PresenceChanged.class, received -> received(received.message()));
  }

  /** Tells the others of a change this instance wrote. */
  void publish(String field, @Nullable String row, long version) {
    if (version > 0) {
      saw(version);
      backplane.publish(new PresenceChanged(field, row, version));
    }
  }

  /** Tells the others that many lines changed at once. */
  void publishEverything(long version) {
    publish(EVERYTHING, null, version);
  }

  Future<Void> reread() {
    return reread.request();
  }

  /** Takes a reading in when it arrives, and after it what was said meanwhile. */
  Future<Reading> load(Future<Reading> arriving) {
    reading++;
    return arriving.onComplete(
        done -> {
          reading--;
          if (done.succeeded()) {
            replace(done.result());
          }
          if (reading == 0) {
            List<PresenceChanged> missed = List.copyOf(duringRead);
            duringRead.clear();
            missed.forEach(this::apply);
          }
        });
  }

  /**
   * Completes when the view has what others changed before this call: it is on its way, or it was
   * lost and everything is read. Completes as well when Redis is away.
   */
  Future<Void> upToDate() {
    return store.version().compose(current -> await(current, AWAIT_ATTEMPTS)).otherwiseEmpty();
  }

  /**
   * Reads everything when a change was missed: each version is one change.
   *
   * @return false when Redis is behind, so that it must have lost something
   */
  Future<Boolean> verify() {
    return store
        .version()
        .compose(
            current -> {
              if (current < versions.presence()) {
                return Future.succeededFuture(false);
              }
              return seen.hasAllTo(current) ? Future.succeededFuture(true) : reread().map(true);
            });
  }

  private Future<Void> await(long version, int attempts) {
    if (seen.hasAllTo(version)) {
      return Future.succeededFuture();
    }
    if (attempts == 0) {
      return reread();
    }
    return vertx
        .timer(AWAIT_MS, TimeUnit.MILLISECONDS)
        .compose(late -> await(version, attempts - 1));
  }

  private void saw(long version) {
    versions.sawPresence(version);
    seen.saw(version);
  }

  private void received(PresenceChanged change) {
    if (change.field().equals(EVERYTHING)) {
      reread().onFailure(e -> LOG.debug("presence not read: {}", e.getMessage()));
    } else if (reading > 0) {
      duringRead.add(change);
    } else {
      apply(change);
    }
  }

  private void apply(PresenceChanged change) {
    if (seen.hasAllTo(change.version())) {
      return;
    }
    saw(change.version());
    if (change.field().equals(NOTHING)) {
      return;
    }
    String row = change.row();
    if (row == null) {
      view.remove(change.field());
    } else {
      PresenceLine line = PresenceLine.decode(change.field(), row, change.version());
      if (line == null) {
        return;
      }
      view.put(line);
    }
    board.shown(change.version());
  }

  private void replace(Reading found) {
    time.learn(found.change().now());
    long readVersion = found.change().version();
    seen.startFrom(readVersion);
    versions.sawPresence(readVersion);
    view.replaceAll(found.lines());
    view.expire(time.now());
    board.shown(readVersion);
  }
}
