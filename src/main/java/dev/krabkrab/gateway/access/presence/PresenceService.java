package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.Coalescer;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Membership;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.StateVersion;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.rpc.ConnectionObserver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the list of who is connected, on every instance. Protocol 01d §10. The list outlives an
 * outage of Redis: it then shows what this instance knows, and who connects is let in all the same.
 * Belongs to the context that made it; what may be called from elsewhere says so.
 */
public final class PresenceService implements ConnectionObserver {
  /** Age at which a list that is requested is encoded anew, in milliseconds. */
  private static final long MAX_AGE_MS = 1_000;

  /** Longest wait of a system event for its presence event, in milliseconds. */
  private static final long MAX_WAIT_MS = 1_000;

  private final Vertx vertx;
  private final Context context;
  private final String instance;
  private final PresenceView view;
  private final PresencePublisher board;
  private final PresenceSync sync;
  private final StateVersions versions;
  private final SystemEventQueue events;
  private final Coalescer checks;

  /**
   * Makes it on the calling context.
   *
   * @param audience the connections of this instance
   * @param events takes what agents are notified of
   */
  PresenceService(
      Vertx vertx,
      RedisLink link,
      Platform platform,
      LocalAudience audience,
      SystemEventQueue events) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.instance = platform.instance();
    this.versions = new StateVersions();
    PresenceStore store = new PresenceStore(link, versions);
    RedisTime time = new RedisTime(platform.clock());
    Backplane backplane = platform.backplane();
    Membership membership = platform.membership();
    this.view = new PresenceView();
    PresenceState state = new PresenceState(view, store, versions, time);
    this.board = new PresencePublisher(vertx, state, audience, instance);
    PresenceFeed feed = new PresenceFeed(vertx, state, board, backplane);
    this.sync = new PresenceSync(vertx, state, board, feed, backplane, membership);
    this.events = events;
    this.checks = new Coalescer(vertx, () -> feed.upToDate().map(0L));
  }

  Future<Void> start(GatewayFacts facts) {
    return sync.start(facts.entry(instance));
  }

  /** Removes this instance and its connections from the list; the last call. From any thread. */
  public Future<Void> leave() {
    return hop(sync::leave);
  }

  /** How many lines of presence this instance knows, of all instances. From any thread. */
  public Future<Integer> lines() {
    Promise<Integer> count = Promise.promise();
    context.runOnContext(turn -> count.complete(view.size()));
    return count.future();
  }

  /**
   * The presence keys, which are device ids where there is a device, of all that are connected to
   * any instance, with every change made before this call. From any thread.
   */
  public Future<Set<String>> connected() {
    Promise<Set<String>> keys = Promise.promise();
    context.runOnContext(
        turn ->
            checks
                .request()
                .map(
                    done ->
                        view.live().stream()
                            .map(PresenceView.Shown::key)
                            .collect(Collectors.toUnmodifiableSet()))
                .onComplete(keys));
    return keys.future();
  }

  @Override
  public Future<Void> connecting(Caller caller, JsonNode connect) {
    if (!ConnectEntry.tracked(caller)) {
      return Future.succeededFuture();
    }
    String key = ConnectEntry.key(caller);
    String entry = Json.text(ConnectEntry.of(caller));
    return hop(() -> sync.enter(field(caller, key), key, entry));
  }

  @Override
  public void disconnected(Caller caller) {
    if (ConnectEntry.tracked(caller)) {
      String key = ConnectEntry.key(caller);
      context.runOnContext(turn -> sync.exit(field(caller, key), key));
    }
  }

  /** The list as an encoded array, for hello-ok. Safe from any thread; at most 10 s behind. */
  public JsonText snapshot() {
    return board.list();
  }

  /**
   * The versions of both snapshots, at least those of every event this instance has sent. Safe from
   * any thread; read it before {@link #snapshot}, so that the list is never the older one.
   */
  public StateVersion stateVersion() {
    return board.version();
  }

  /**
   * The list with every change made anywhere before this call.
   *
   * @param located with the instance that each entry is connected to
   */
  Future<JsonText> current(boolean located) {
    return checks
        .request()
        .map(
            done -> {
              board.refresh(MAX_AGE_MS);
              return located ? board.located() : board.list();
            });
  }

  /**
   * Takes in a system event: presence first, then the agent's queue. Completes when this instance's
   * connections have been notified, so that the event goes ahead of the answer; when the last one
   * was only just sent, so that the next is held back, it does not wait for that.
   */
  Future<Void> systemEvent(String text, ObjectNode params) {
    Beacon beacon = Beacon.of(text, params);
    ObjectNode before = view.entry(beacon.key());
    String entry = Json.text(PresenceMerge.overlay(base(beacon.key(), before), beacon.entry()));
    return sync.beacon(beacon.key(), entry)
        .compose(
            version -> {
              Future<Void> announced = board.announced(version);
              return queue(beacon, before)
                  .compose(
                      queued ->
                          Future.any(announced, vertx.timer(MAX_WAIT_MS, TimeUnit.MILLISECONDS)));
            })
        .mapEmpty();
  }

  /** What a beacon adds to: beside live connections only to what beacons said before. */
  private ObjectNode base(String key, @Nullable ObjectNode before) {
    if (before != null && !view.isLive(key)) {
      return before;
    }
    PresenceLine row = view.line(PresenceLine.row(key));
    return row != null && row.kind() == PresenceLine.Kind.BEACON
        ? Json.parseObject(row.entry())
        : Json.object();
  }

  private Future<Boolean> queue(Beacon beacon, @Nullable ObjectNode before) {
    if (!beacon.isNodeLine()) {
      return events.enqueue(beacon.text(), beacon.text(), null);
    }
    ObjectNode after = view.entry(beacon.key());
    BeaconChanges changes = BeaconChanges.of(before, after == null ? beacon.entry() : after);
    return events.enqueue(changes.full(), changes.brief(), beacon.key());
  }

  private String field(Caller caller, String key) {
    return PresenceLine.connection(instance, caller.connId(), key);
  }

  private Future<Void> hop(Supplier<Future<Void>> work) {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    context.runOnContext(
        turn ->
            work.get().onComplete(result -> caller.runOnContext(back -> promise.handle(result))));
    return promise.future();
  }

  /** The versions of both snapshots, as this instance has seen them. Safe from any thread. */
  public StateVersions versions() {
    return versions;
  }
}
