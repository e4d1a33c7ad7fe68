package dev.krabkrab.gateway.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.cron.CronAnswers.Claim;
import dev.krabkrab.gateway.heartbeat.HeartbeatService;
import dev.krabkrab.gateway.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.heartbeat.HeartbeatTurns;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.redis.TestRedis;
import dev.krabkrab.gateway.sessions.SessionRules;
import dev.krabkrab.gateway.transport.LocalConnections;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only shows with time and with instances that are gone. Protocol 03 §22.3, §22.4. */
@Timeout(60)
class CronServiceIT {
  private static final long HOUR = 3_600_000;

  private final Vertx vertx = Vertx.vertx();
  private final RedisSettings redis = TestRedis.settings();
  private final List<CronTurn> asked = new CopyOnWriteArrayList<>();
  private final Promise<CronOutcome> answer = Promise.promise();
  private final Context context = vertx.getOrCreateContext();
  private final CronStore store = new CronStore(get(RedisLink.create(vertx, redis).ready()));

  @AfterEach
  void closeVertx() {
    get(vertx.close());
  }

  private CronService service(CronSettings settings) {
    return on(
        () -> {
          SessionRules rules = SessionRules.of(Json.object());
          RedisLink link = RedisLink.create(vertx, redis);
          SystemEventService events = new SystemEventService(link);
          return Backplane.join(vertx, "i", redis, CronServiceIT::uuid)
              .compose(backplane -> link.ready().map(backplane))
              .map(
                  backplane -> {
                    Broadcaster broadcaster =
                        new Broadcaster(
                            vertx,
                            backplane,
                            new LocalConnections(
                                InstantSource.system(), RandomGenerator.getDefault()));
                    HeartbeatService heartbeat =
                        new HeartbeatService(
                            vertx,
                            link,
                            events,
                            HeartbeatTurns.NONE,
                            () -> HeartbeatSettings.of(Json.object(), rules),
                            broadcaster,
                            CronServiceIT::uuid,
                            InstantSource.system());
                    CronService service =
                        new CronService(
                            vertx,
                            link,
                            "i",
                            broadcaster,
                            events,
                            heartbeat,
                            this::turn,
                            () -> settings,
                            () -> rules,
                            CronServiceIT::uuid,
                            new Random(7));
                    service.start();
                    return service;
                  });
        });
  }

  private Future<CronOutcome> turn(CronTurn turn) {
    asked.add(turn);
    return answer.future();
  }

  private static CronSettings settings(MissedRuns missed) {
    return new CronSettings(true, 8, missed, CronSettings.TURN_INTERVAL_MS);
  }

  private static ObjectNode job(String schedule) {
    return Json.parseObject(
        """
        {"name":"n","schedule":%s,"sessionTarget":"isolated","wakeMode":"next-heartbeat",
         "payload":{"kind":"agentTurn","message":"m","timeoutSeconds":5}}
        """
            .formatted(schedule));
  }

  /** A job whose due time was so long ago, and nobody was there. */
  private String overdue(CronService service, long ago) {
    ObjectNode hourly = job("{\"kind\":\"every\",\"everyMs\":" + HOUR + "}");
    String id = on(() -> service.add(hourly)).path("id").asText();
    CronAnswers.Found found = get(store.find(id));
    CronJob job = found.job().orElseThrow();
    OptionalLong due = OptionalLong.of(found.nowMs() - ago);
    get(store.change(job, job.definition(), true, due, Map.of()));
    return id;
  }

  private List<JsonNode> log(CronService service, String id) {
    JsonNode entries = on(() -> service.runs(id, 100)).path("entries");
    return StreamSupport.stream(entries.spliterator(), false).toList();
  }

  private List<JsonNode> awaitLog(CronService service, String id) {
    await().until(() -> !log(service, id).isEmpty());
    return log(service, id);
  }

  @Test
  void aRunMissedLongAgoIsEnteredAsSkipped() {
    CronService service = service(settings(MissedRuns.SKIP));
    String id = overdue(service, 3 * HOUR);
    JsonNode entry = awaitLog(service, id).getFirst();
    assertThat(entry.path("status").asText()).isEqualTo("skipped");
    assertThat(entry.path("error").asText()).isEqualTo("missed: no gateway was there");
    assertThat(entry.path("nextRunAtMs").asLong()).isGreaterThan(entry.path("ts").asLong());
    assertThat(asked).isEmpty();
  }

  @Test
  void missedRunsAreMadeUpForOnceWherePolicySaysSo() {
    answer.complete(CronOutcome.ok("done"));
    CronService service = service(settings(MissedRuns.ONCE));
    String id = overdue(service, 3 * HOUR);
    assertThat(awaitLog(service, id)).hasSize(1);
    assertThat(log(service, id).getFirst().path("summary").asText()).isEqualTo("done");
    assertThat(asked).hasSize(1);
  }

  @Test
  void aRunThatIsALittleLateIsStillRun() {
    answer.complete(CronOutcome.ok("done"));
    CronService service = service(settings(MissedRuns.SKIP));
    String id = overdue(service, 20_000);
    assertThat(awaitLog(service, id).getFirst().path("status").asText()).isEqualTo("ok");
  }

  @Test
  void aTurnGetsWhatTheJobSays() {
    answer.complete(CronOutcome.ok("done"));
    CronService service = service(settings(MissedRuns.SKIP));
    ObjectNode job = job("{\"kind\":\"at\",\"atMs\":1}").put("agentId", "ops");
    job.withObject("payload").put("model", "m1").put("thinking", "low").put("deliver", true);
    job.withObject("payload").put("channel", "last").put("to", "x");
    String id = on(() -> service.add(job)).path("id").asText();
    awaitLog(service, id);
    assertThat(asked)
        .containsExactly(
            new CronTurn(
                id, "ops", "agent:ops:cron:" + id, "m", "m1", "low", 5, true, "last", "x", false));
  }

  /** Its due time is spent: nobody runs it again. */
  @Test
  void aRunWhoseInstanceIsGoneIsReportedAndNotRepeated() {
    ObjectNode definition = CronDefinition.added(job("{\"kind\":\"at\",\"atMs\":1}"), 1);
    get(store.add("lost", definition, true, OptionalLong.of(1)));
    CronJob job = get(store.find("lost")).job().orElseThrow();
    Claim claim = get(store.claimDue(job, OptionalLong.empty(), "t", "gone", 500, 8)).result();
    assertThat(claim).isEqualTo(Claim.CLAIMED);
    assertThat(get(store.claimDue(job, OptionalLong.empty(), "u", "other", 500, 8)).result())
        .isEqualTo(Claim.RUNNING);

    CronService service = service(settings(MissedRuns.SKIP));
    JsonNode entry = awaitLog(service, "lost").getFirst();
    assertThat(entry.path("status").asText()).isEqualTo("error");
    assertThat(entry.path("error").asText()).isEqualTo("gateway instance lost");
    JsonNode listed = on(() -> service.list(true)).path("jobs").path(0);
    assertThat(listed.path("enabled").asBoolean()).isFalse();
    assertThat(listed.at("/state/lastError").asText()).isEqualTo("gateway instance lost");
    assertThat(listed.path("state").has("runningAtMs")).isFalse();
    assertThat(asked).isEmpty();
    CronJob after = get(store.find("lost")).job().orElseThrow();
    assertThat(get(store.claimDue(after, OptionalLong.empty(), "v", "i", 500, 8)).result())
        .isEqualTo(Claim.CHANGED);
  }

  @Test
  void aLeaseIsKeptAsLongAsARunLasts() {
    CronService service = service(settings(MissedRuns.SKIP));
    String id = on(() -> service.add(job("{\"kind\":\"at\",\"atMs\":1}"))).path("id").asText();
    await().until(() -> !asked.isEmpty());
    CronService other = service(settings(MissedRuns.SKIP));
    CronJob running = get(store.find(id)).job().orElseThrow();
    String lease = running.state().get("until");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !lease.equals(get(store.find(id)).job().orElseThrow().state().get("until")));
    assertThat(on(() -> other.run(id, true)).path("reason").asText()).isEqualTo("already-running");

    context.runOnContext(now -> answer.complete(CronOutcome.ok("long")));
    assertThat(awaitLog(other, id)).hasSize(1);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aJobRemovedWhileItRunsIsGoneAtOnceAndItsRunStillLogged() {
    CronService service = service(settings(MissedRuns.SKIP));
    ObjectNode hourly = job("{\"kind\":\"every\",\"everyMs\":" + HOUR + "}");
    String id = on(() -> service.add(hourly)).path("id").asText();
    Future<ObjectNode> run =
        Future.future(p -> context.runOnContext(now -> service.run(id, true).onComplete(p)));
    await().until(() -> !asked.isEmpty());
    assertThat(on(() -> service.remove(id)).path("removed").asBoolean()).isTrue();
    assertThat(on(() -> service.remove(id)).path("removed").asBoolean()).isFalse();
    assertThat(on(() -> service.list(true)).path("jobs")).isEmpty();
    context.runOnContext(now -> answer.complete(CronOutcome.ok("late")));
    assertThat(get(run).path("ran").asBoolean()).isTrue();
    assertThat(log(service, id)).hasSize(1);
    assertThat(get(store.find(id)).job()).isEmpty();
  }

  @Test
  void whatIsChangedWhileAJobRunsWins() {
    CronService service = service(settings(MissedRuns.SKIP));
    String id = on(() -> service.add(job("{\"kind\":\"at\",\"atMs\":1}"))).path("id").asText();
    await().until(() -> !asked.isEmpty());
    long later = System.nanoTime() / 1_000_000 + 10_000_000_000_000L;
    ObjectNode patch = Json.object();
    patch.putObject("schedule").put("kind", "at").put("atMs", later);
    on(() -> service.update(id, patch));
    context.runOnContext(now -> answer.complete(CronOutcome.ok("done")));
    awaitLog(service, id);
    JsonNode job = on(() -> service.list(false)).path("jobs").path(0);
    assertThat(job.path("enabled").asBoolean()).isTrue();
    assertThat(job.at("/state/nextRunAtMs").asLong()).isEqualTo(later);
    assertThat(job.at("/state/lastStatus").asText()).isEqualTo("ok");
  }

  @Test
  void anInstanceThatStopsEntersWhatItCouldNotFinish() {
    CronService service = service(settings(MissedRuns.SKIP));
    String id = on(() -> service.add(job("{\"kind\":\"at\",\"atMs\":1}"))).path("id").asText();
    await().until(() -> !asked.isEmpty());
    get(service.drain(100));
    JsonNode entry = log(service, id).getFirst();
    assertThat(entry.path("error").asText()).isEqualTo("gateway instance stopped");
  }

  @Test
  void asManyRunAtOnceAsTheDocumentAllows() {
    CronService service =
        service(new CronSettings(true, 2, MissedRuns.SKIP, CronSettings.TURN_INTERVAL_MS));
    for (int i = 0; i < 5; i++) {
      on(() -> service.add(job("{\"kind\":\"at\",\"atMs\":1}")));
    }
    await().until(() -> asked.size() == 2);
    CronJob waiting =
        get(store.look(5)).due().stream()
            .filter(job -> job.run() == null)
            .findFirst()
            .orElseThrow();
    assertThat(get(store.claimDue(waiting, OptionalLong.empty(), "t", "x", 500, 2)).result())
        .isEqualTo(Claim.BUSY);
    context.runOnContext(now -> answer.complete(CronOutcome.ok("done")));
    await().until(() -> asked.size() == 5);
  }

  private <T> T on(Supplier<Future<T>> action) {
    return get(Future.future(p -> context.runOnContext(now -> action.get().onComplete(p))));
  }

  private static String uuid() {
    return UUID.randomUUID().toString();
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
