package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.channel.ChannelConnector.Listening;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for accounts whose lease this instance holds, and gives a lease up with its process: the
 * next one takes over within seconds. For one context.
 */
final class ChannelListeners {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelListeners.class);
  private static final long TICK_MS = 2_000;
  private static final long LEASE_MS = 15_000;

  /** Looks in a row that find an owner silent before it counts as gone. */
  private static final int SILENT_LOOKS = 2;

  private final Vertx vertx;
  private final ChannelStore store;
  private final ChannelAccounts accounts;
  private final Peers peers;
  private final BiFunction<Held, ChannelConnector, ChannelConnector.Inbox> inboxes;
  private final AccountActivity activity;
  private final Map<String, Own> own = new HashMap<>();
  private final Map<String, Silent> silent = new HashMap<>();
  private long ticks;
  private boolean stopped;

  private static final class Own {
    final Held held;
    final Listening listening;
    long confirmedNanos = System.nanoTime();

    Own(Held held, Listening listening) {
      this.held = held;
      this.listening = listening;
    }
  }

  private record Silent(String owner, int looks) {}

  /**
   * This instance among those that may listen for an account.
   *
   * @param instance the name of this one
   * @param alive whether an instance still listens to the others
   */
  record Peers(String instance, Function<String, Future<Boolean>> alive) {}

  /**
   * @param inboxes where messages of an account go
   */
  ChannelListeners(
      Vertx vertx,
      ChannelStore store,
      ChannelAccounts accounts,
      Peers peers,
      BiFunction<Held, ChannelConnector, ChannelConnector.Inbox> inboxes,
      AccountActivity activity) {
    this.vertx = vertx;
    this.store = store;
    this.accounts = accounts;
    this.peers = peers;
    this.inboxes = inboxes;
    this.activity = activity;
  }

  void start() {
    vertx.setPeriodic(TICK_MS, timer -> tick());
    tick();
  }

  /** Looks now who is to listen for what. */
  void tick() {
    if (stopped) {
      return;
    }
    ticks++;
    for (Held held : accounts.all()) {
      ChannelConnector connector = held.connector();
      if (connector == null || !connector.leased()) {
        continue;
      }
      Own mine = own.get(held.account().toString());
      if (mine != null) {
        prolong(mine);
      } else if (ticks % (own.size() + 1) == 0) {
        // Who has many accounts asks for more less often.
        take(held, connector);
      }
    }
  }

  private void prolong(Own mine) {
    store
        .hold(mine.held.account(), peers.instance(), LEASE_MS, "")
        .onSuccess(
            owner -> {
              if (owner.equals(peers.instance())) {
                mine.confirmedNanos = System.nanoTime();
              } else {
                // How it is doing is for the other one to note.
                LOG.warn("{} is listened for by {} now", mine.held.account(), owner);
                end(mine);
              }
            })
        .onFailure(
            away -> {
              long since = System.nanoTime() - mine.confirmedNanos;
              if (since > TimeUnit.MILLISECONDS.toNanos(LEASE_MS)) {
                leave(mine);
              }
            });
  }

  private void take(Held held, ChannelConnector connector) {
    String name = held.account().toString();
    Silent seen = silent.get(name);
    String gone = seen != null && seen.looks() >= SILENT_LOOKS ? seen.owner() : "";
    store
        .hold(held.account(), peers.instance(), LEASE_MS, gone)
        .compose(
            owner ->
                owner.equals(peers.instance())
                    ? Future.succeededFuture(true)
                    : peers
                        .alive()
                        .apply(owner)
                        .map(
                            there -> {
                              look(name, owner, there);
                              return false;
                            }))
        .onSuccess(
            mine -> {
              if (mine) {
                silent.remove(name);
                begin(held, connector);
              }
            })
        .onFailure(away -> LOG.debug("lease of {} not asked for: {}", name, away.getMessage()));
  }

  private void look(String name, String owner, boolean there) {
    Silent before = silent.get(name);
    int looks = before != null && before.owner().equals(owner) ? before.looks() : 0;
    silent.put(name, new Silent(owner, there ? 0 : looks + 1));
  }

  private void begin(Held held, ChannelConnector connector) {
    String name = held.account().toString();
    if (stopped || own.containsKey(name) || !accounts.all().contains(held)) {
      if (!own.containsKey(name)) {
        release(held);
      }
      return;
    }
    LOG.info("listening for {}", name);
    note(
        held,
        Map.of("lastStartAt", activity.now(), "connected", "false", "reconnectAttempts", "0"));
    own.put(
        name,
        new Own(held, connector.listen(inboxes.apply(held, connector), new StatusRecorder(held))));
  }

  /** An account is no longer what it was, or not there any more. */
  void leave(Held held) {
    Own mine = own.get(held.account().toString());
    if (mine != null && mine.held.equals(held)) {
      leave(mine)
          .onComplete(
              left -> {
                // Unless the account as it is now was taken up meanwhile.
                if (!own.containsKey(held.account().toString())) {
                  release(held);
                }
              });
    }
  }

  private Future<Void> leave(Own mine) {
    note(mine.held, Map.of("lastStopAt", activity.now(), "connected", "false"));
    return end(mine);
  }

  private Future<Void> end(Own mine) {
    own.remove(mine.held.account().toString(), mine);
    return mine.listening.stop().otherwiseEmpty();
  }

  private Future<Void> release(Held held) {
    return store
        .release(held.account(), peers.instance())
        .onFailure(e -> LOG.debug("lease not released: {}", e.getMessage()));
  }

  /** Stops to listen, for others to begin at once. */
  Future<Void> stop() {
    stopped = true;
    List<Future<Void>> left = new ArrayList<>();
    for (Own mine : List.copyOf(own.values())) {
      left.add(leave(mine).compose(stopped -> release(mine.held)).otherwiseEmpty());
    }
    return Future.join(left).mapEmpty();
  }

  private void note(Held held, Map<String, String> fields) {
    activity.note(held.account(), fields);
  }

  private final class StatusRecorder implements ChannelConnector.ListenerStatus {
    private final Held held;
    private long attempts;

    StatusRecorder(Held held) {
      this.held = held;
    }

    @Override
    public void connected() {
      attempts = 0;
      note(
          held,
          Map.of(
              "connected", "true",
              "lastConnectedAt", activity.now(),
              "lastError", "",
              "reconnectAttempts", "0"));
    }

    @Override
    public void disconnected(String why) {
      attempts++;
      LOG.warn("{}: {}", held.account(), why);
      note(
          held,
          Map.of(
              "connected",
              "false",
              "lastError",
              why,
              "reconnectAttempts",
              Long.toString(attempts)));
    }

    @Override
    public void skipped(String why) {
      LOG.error("{}: a message is left out: {}", held.account(), why);
      activity.count(held.account().channel(), ChannelMetrics.Outcome.SKIPPED);
    }

    @Override
    public Future<String> mark() {
      return store.mark(held.account());
    }

    @Override
    public Future<Void> mark(String mark) {
      return store.note(held.account(), Map.of("mark", mark));
    }
  }
}
