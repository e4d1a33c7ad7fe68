package dev.krabkrab.gateway.cron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.cron.CronAnswers.Claimed;
import dev.krabkrab.gateway.cron.CronEditor.Current;
import dev.krabkrab.gateway.heartbeat.HeartbeatService;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.sessions.SessionRules;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Jobs and their runs, shared by all instances: a due time is claimed by one of them, once.
 * Protocol 03 §22. Belongs to one context. Everything fails while Redis is away.
 */
public final class CronService {
  /** Longest answer of {@link #runs}, in characters; older lines are left out. */
  private static final int LOG_CHARACTERS = 1 << 20;

  private final Context home;
  private final CronStore store;
  private final CronRuns runs;
  private final CronTicker ticker;
  private final CronEditor editor;
  private final CronPages pages;
  private final Supplier<CronSettings> settings;
  private final String instance;
  private final String storePath;
  private final Ids ids;

  /**
   * @param instance that claims runs
   * @param rules whose main conversations jobs talk to
   * @param turns runs what jobs ask agents
   */
  public CronService(
      Vertx vertx,
      RedisLink link,
      String instance,
      Broadcaster broadcaster,
      SystemEventService systemEvents,
      HeartbeatService heartbeat,
      CronTurns turns,
      Supplier<CronSettings> settings,
      Supplier<SessionRules> rules,
      Ids ids,
      Random random) {
    this.home = vertx.getOrCreateContext();
    this.store = new CronStore(link);
    CronEvents events = new CronEvents(broadcaster);
    this.runs =
        new CronRuns(
            vertx, store, new CronExecutor(vertx, turns, systemEvents, heartbeat, rules), events);
    this.ticker = new CronTicker(vertx, store, runs, settings, instance, ids, random);
    this.editor = new CronEditor(store, events, ids, settings, ticker::poke);
    this.pages = new CronPages(store, rules);
    this.settings = settings;
    this.instance = instance;
    this.storePath = "redis:" + link.settings().namespace() + "/cron";
    this.ids = ids;
    link.onConnected(
        () -> {
          runs.renew();
          ticker.connected();
        });
  }

  /** Counts runs from now on; before {@link #start}. */
  public void measure(CronMetrics metrics) {
    runs.measure(metrics);
  }

  /** Begins to act on due times. */
  public void start() {
    ticker.poke();
  }

  /**
   * Claims nothing more, and waits for what runs here.
   *
   * @param budgetMs longest wait, in milliseconds; runs that take longer are entered as failed
   */
  public Future<Void> drain(long budgetMs) {
    Promise<Void> done = Promise.promise();
    home.runOnContext(
        now -> {
          ticker.stop();
          runs.drain(budgetMs).onComplete(done);
        });
    return done.future();
  }

  /** Answers {@code cron.status}. */
  Future<ObjectNode> status() {
    boolean enabled = settings.get().enabled();
    return store
        .counts()
        .map(
            counts -> {
              ObjectNode status =
                  Json.object()
                      .put("enabled", enabled)
                      .put("storePath", storePath)
                      .put("jobs", counts.jobs());
              if (enabled && counts.next().isPresent()) {
                return status.put("nextWakeAtMs", counts.next().getAsLong());
              }
              return status.putNull("nextWakeAtMs");
            });
  }

  /** Answers {@code cron.list}: by next due time, jobs without one first. */
  Future<ObjectNode> list(boolean includeDisabled) {
    return store
        .all()
        .map(
            all -> {
              ObjectNode answer = Json.object();
              ArrayNode jobs = answer.putArray("jobs");
              all.stream()
                  .filter(job -> includeDisabled || job.enabled())
                  .sorted(Comparator.comparingLong(job -> job.next().orElse(0)))
                  .forEach(job -> jobs.add(job.toJson()));
              return answer;
            });
  }

  /** What clients of protocol 4 are answered to {@code cron.list} and {@code cron.runs}. */
  CronPages pages() {
    return pages;
  }

  /** Answers {@code cron.add}. */
  Future<ObjectNode> add(JsonNode params) {
    return editor.add(params);
  }

  /** Answers {@code cron.update}. */
  Future<ObjectNode> update(String id, JsonNode patch) {
    return editor.update(id, patch);
  }

  /** Answers {@code cron.remove}. */
  Future<ObjectNode> remove(String id) {
    return editor.remove(id);
  }

  /**
   * Answers {@code cron.run}, when the run is over.
   *
   * @param force runs it also when it is not due
   */
  Future<ObjectNode> run(String id, boolean force) {
    String token = ids.uuid();
    return editor.retried(id, found -> claim(found, token, force));
  }

  private Future<Optional<ObjectNode>> claim(Current found, String token, boolean force) {
    CronJob job = found.job();
    long nowMs = found.nowMs();
    if (!force && (!job.enabled() || job.next().orElse(Long.MAX_VALUE) > nowMs)) {
      return notRun("not-due");
    }
    OptionalLong next = force ? job.next() : job.schedule().next(nowMs);
    Future<Claimed> claimed =
        force
            ? store.claimByHand(job, token, instance, CronRuns.LEASE_MS)
            : store.claimDue(job, next, token, instance, CronRuns.LEASE_MS, 0);
    return claimed.compose(
        claim ->
            switch (claim.result()) {
              case CLAIMED ->
                  runs.start(job, token, claim.atMs(), next, force)
                      .map(ended -> Optional.of(Json.object().put("ok", true).put("ran", true)));
              case RUNNING -> notRun("already-running");
              case CHANGED, BUSY -> Future.succeededFuture(Optional.empty());
            });
  }

  private static Future<Optional<ObjectNode>> notRun(String reason) {
    ObjectNode answer = Json.object().put("ok", true).put("ran", false).put("reason", reason);
    return Future.succeededFuture(Optional.of(answer));
  }

  /** Answers {@code cron.runs}: the latest lines, oldest first. */
  Future<ObjectNode> runs(String id, int limit) {
    return store
        .log(id, Math.min(limit, CronStore.LOG_LINES))
        .map(
            lines -> {
              List<JsonNode> latest = new ArrayList<>();
              int characters = 0;
              for (String line : lines.reversed()) {
                characters += line.length();
                if (characters > LOG_CHARACTERS) {
                  break;
                }
                latest.addFirst(Json.parseObject(line));
              }
              ObjectNode answer = Json.object();
              answer.putArray("entries").addAll(latest);
              return answer;
            });
  }
}
