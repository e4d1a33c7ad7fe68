package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Claimed;
import dev.krabkrab.gateway.agent.cron.CronEditor.Current;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatService;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
   * @param turns runs what jobs ask agents
   */
  public CronService(
      Vertx vertx,
      RedisLink link,
      Platform platform,
      SystemEventService systemEvents,
      HeartbeatService heartbeat,
      CronTurns.Rights turns) {
    this.home = vertx.getOrCreateContext();
    this.store = new CronStore(link);
    this.ids = platform.ids();
    this.instance = platform.instance();
    this.settings = platform.section(CronSettings::of);
    Supplier<SessionRules> rules = platform.section(SessionRules::of);
    CronEvents events = new CronEvents(platform.broadcaster());
    this.runs =
        new CronRuns(
            vertx,
            store,
            new CronExecutor(vertx, turns.turns(), systemEvents, heartbeat, rules, turns.rights()),
            events,
            platform.random());
    this.ticker =
        new CronTicker(
            vertx,
            store,
            runs,
            settings,
            new CronTicker.Claimant(instance, ids),
            platform.random());
    this.editor = new CronEditor(store, events, ids, settings, ticker::poke);
    this.pages = new CronPages(store, rules);
    this.storePath = "redis:" + link.settings().namespace() + "/cron";
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
  Future<ObjectNode> add(CronMaker by, JsonNode params) {
    return editor.add(by, params);
  }

  /** Answers {@code cron.update}. */
  Future<ObjectNode> update(CronMaker by, String id, JsonNode patch) {
    return editor.update(by, id, patch);
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
                      .map(finished -> Optional.of(Json.object().put("ok", true).put("ran", true)));
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
