package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the clients of a stopping instance away, nodes after all others. Each gets a {@code
 * shutdown} event, then the answers to what it has asked, then 1012. They go in batches spread over
 * a budget, because clients come back at once and without jitter. Protocol 01a §13.
 */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final long STEP_MS = 100;
  private static final long LOOK_EVERY_MS = 25;

  /** Part of the budget over which clients are told to go; the rest is for the last of them. */
  private static final double SPREAD = 0.7;

  /** Fewer clients than this at once are no storm. */
  private static final int SMALLEST_BATCH = 5;

  /** Longest wait for the answers to one client. */
  static final long ANSWERS_MS = 2_000;

  /** Part of the budget which one client may take at most. */
  private static final double ANSWERS_SHARE = 0.4;

  /** Part of it that nodes get for what they were asked to run, at most. */
  private static final int NODE_SHARE = 4;

  /** What a client sent before it read {@code shutdown} is still answered. */
  static final long UNDER_WAY_MS = 200;

  /** The same where the budget is small. */
  private static final int UNDER_WAY_SHARE = 10;

  private final Vertx vertx;
  private final LocalConnections connections;
  private final Farewell nodes;
  private final Set<String> dismissed = ConcurrentHashMap.newKeySet();
  private volatile int clients;

  /**
   * @param nodes what nodes do before they go
   */
  public Drain(Vertx vertx, LocalConnections connections, Farewell nodes) {
    this.vertx = vertx;
    this.connections = connections;
    this.nodes = nodes;
  }

  /** How many connections there were when it began, 0 before. Safe from any thread. */
  public int clients() {
    return clients;
  }

  /** Completes when every connection is gone, or at the end of the budget. */
  public Future<Void> run(long budgetMs) {
    List<Connection> others = those(caller -> !caller.isNode());
    List<Connection> last = those(Caller::isNode);
    clients = others.size() + last.size();
    Wave wave = new Wave(budgetMs, Math.max(1, clients));
    LOG.info("sending {} clients away, {} at a time", clients, wave.batch());
    Promise<Void> done = Promise.promise();
    long end = vertx.setTimer(Math.max(1, budgetMs), late -> over(done));
    wave.leave(others)
        .compose(gone -> wave.leave(last))
        .compose(gone -> awaitEmpty(wave, done))
        .onComplete(empty -> vertx.cancelTimer(end));
    return done.future();
  }

  private List<Connection> those(Predicate<Caller> wanted) {
    return connections.callers().stream()
        .filter(wanted)
        .map(caller -> connections.find(caller.connId()))
        .filter(Objects::nonNull)
        .toList();
  }

  private void over(Promise<Void> done) {
    int staying = connections.count();
    if (done.tryComplete() && staying > 0) {
      LOG.warn("the time to leave is over for {} clients", staying);
    }
  }

  /** Who was still in its handshake when the others were told to go is told now. */
  private Future<Void> awaitEmpty(Wave wave, Promise<Void> done) {
    if (connections.count() == 0) {
      done.tryComplete();
    } else if (!done.future().isComplete()) {
      wave.leave(those(caller -> !dismissed.contains(caller.connId())));
      vertx.setTimer(LOOK_EVERY_MS, again -> awaitEmpty(wave, done));
    }
    return done.future();
  }

  /** Clients who leave at one pace. */
  private final class Wave {
    private final int batch;
    private final Dismissal dismissal;

    private Wave(long budgetMs, int all) {
      double steps = Math.max(1, budgetMs * SPREAD / STEP_MS);
      batch = Math.max(SMALLEST_BATCH, (int) Math.ceil(all / steps));
      long answersMs = Math.min(ANSWERS_MS, (long) (budgetMs * ANSWERS_SHARE));
      Dismissal.Waits waits =
          new Dismissal.Waits(
              answersMs,
              Math.max(answersMs, budgetMs / NODE_SHARE),
              Math.min(UNDER_WAY_MS, budgetMs / UNDER_WAY_SHARE));
      dismissal = new Dismissal(vertx, connections, nodes, waits, "gateway stopping");
    }

    private int batch() {
      return batch;
    }

    /** Completes when all of them were told to close. */
    private Future<Void> leave(List<Connection> leaving) {
      if (leaving.isEmpty()) {
        return Future.succeededFuture();
      }
      Promise<Void> gone = Promise.promise();
      step(leaving, 0, new AtomicInteger(leaving.size()), gone);
      return gone.future();
    }

    private void step(List<Connection> all, int from, AtomicInteger left, Promise<Void> gone) {
      int to = Math.min(all.size(), from + batch);
      for (Connection connection : all.subList(from, to)) {
        dismissed.add(connection.id());
        dismissal
            .of(connection)
            .onComplete(
                told -> {
                  if (left.decrementAndGet() == 0) {
                    gone.tryComplete();
                  }
                });
      }
      if (to < all.size()) {
        vertx.setTimer(STEP_MS, next -> step(all, to, left, gone));
      }
    }
  }
}
