package dev.krabkrab.gateway.agent.cron;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AuthorityService;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Claim;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatService;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSources;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatTurns;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only shows with time and with instances that are gone. Protocol 03 §22.3, §22.4. */
@Timeout(60)
class CronServiceIT {
  private static final CronMaker MAKER = new CronMaker("somebody", "token:some", Grounds.NONE);

  private static final long HOUR = 3_600_000;

  private final RedisSettings redis = TestRedis.settings();
  private final List<CronTurn> asked = new CopyOnWriteArrayList<>();
  private final Promise<CronOutcome> answer = Promise.promise();
  private final Vertx vertx = Vertx.vertx();
  private final CronStore store = new CronStore(get(RedisLink.create(vertx, redis).ready()));
  private @Nullable PlatformInstance instance;

  @AfterEach
  void close() {
    instance.close();
    get(vertx.close());
  }

  private CronService service(MissedRuns missed, int atOnce) {
    ObjectNode document = Json.object();
    document
        .putObject("cron")
        .put("missedRuns", missed.name().toLowerCase(Locale.ROOT))
        .put("maxConcurrentRuns", atOnce);
    PlatformInstance running = instance(document);
    return on(() -> RedisLink.create(running.vertx(), redis).ready().map(this::service));
  }

  /** The one instance of a test, whose document the first caller says. */
  private PlatformInstance instance(ObjectNode document) {
    if (instance == null) {
      instance = new PlatformInstance("i", redis, InstantSource.system(), document);
    }
    return instance;
  }

  private CronService service(MissedRuns missed) {
    return service(missed, 8);
  }

  private CronService service(RedisLink link) {
    Platform platform = instance.platform();
    SystemEventService events = new SystemEventService(link);
    HeartbeatService heartbeat =
        new HeartbeatService(
            instance.vertx(),
            link,
            new HeartbeatSources(
                () -> HeartbeatSettings.of(Json.object()), events, HeartbeatTurns.NONE),
            platform.broadcaster(),
            platform.ids(),
            platform.clock());
    CronService service =
        new CronService(
            instance.vertx(),
            link,
            platform,
            events,
            heartbeat,
            new CronTurns.Rights(this::turn, AuthorityService.open(platform, link, id -> true)));
    service.start();
    return service;
  }

  private Future<CronOutcome> turn(CronTurn turn) {
    asked.add(turn);
    return answer.future();
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
    String id = on(() -> service.add(MAKER, hourly)).path("id").asText();
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
    CronService service = service(MissedRuns.SKIP);
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
    CronService service = service(MissedRuns.ONCE);
    String id = overdue(service, 3 * HOUR);
    assertThat(awaitLog(service, id)).hasSize(1);
    assertThat(log(service, id).getFirst().path("summary").asText()).isEqualTo("done");
    assertThat(asked).hasSize(1);
  }

  @Test
  void aRunThatIsALittleLateIsStillRun() {
    answer.complete(CronOutcome.ok("done"));
    CronService service = service(MissedRuns.SKIP);
    String id = overdue(service, 20_000);
    assertThat(awaitLog(service, id).getFirst().path("status").asText()).isEqualTo("ok");
  }

  @Test
  void aTurnGetsWhatTheJobSays() {
    answer.complete(CronOutcome.ok("done"));
    CronService service = service(MissedRuns.SKIP);
    ObjectNode job = job("{\"kind\":\"at\",\"atMs\":1}").put("agentId", "ops");
    job.withObject("payload").put("model", "m1").put("thinking", "low").put("deliver", true);
    job.withObject("payload").put("channel", "last").put("to", "x");
    String id = on(() -> service.add(MAKER, job)).path("id").asText();
    awaitLog(service, id);
    assertThat(asked)
        .containsExactly(
            new CronTurn(
                id,
                "ops",
                "agent:ops:cron:" + id,
                "m",
                "m1",
                "low",
                5,
                true,
                "last",
                "x",
                false,
                "token:some",
                Grounds.NONE));
  }

  /** Its due time is spent: nobody runs it again. */
  @Test
  void aRunWhoseInstanceIsGoneIsReportedAndNotRepeated() {
    ObjectNode definition = CronDefinition.added(job("{\"kind\":\"at\",\"atMs\":1}"), 1);
    get(store.add("lost", definition, true, OptionalLong.of(1)));
    CronJob job = get(store.find("lost")).job().orElseThrow();
    Claim claim = get(store.claimDue(job, OptionalLong.empty(), "t", "gone", 3_000, 8)).result();
    assertThat(claim).isEqualTo(Claim.CLAIMED);
    assertThat(get(store.claimDue(job, OptionalLong.empty(), "u", "other", 3_000, 8)).result())
        .isEqualTo(Claim.RUNNING);

    CronService service = service(MissedRuns.SKIP);
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
    CronService service = service(MissedRuns.SKIP);
    String id =
        on(() -> service.add(MAKER, job("{\"kind\":\"at\",\"atMs\":1}"))).path("id").asText();
    await().until(() -> !asked.isEmpty());
    CronService other = service(MissedRuns.SKIP);
    CronJob running = get(store.find(id)).job().orElseThrow();
    String lease = running.state().get("until");
    await()
        .until(() -> !lease.equals(get(store.find(id)).job().orElseThrow().state().get("until")));
    assertThat(on(() -> other.run(id, true)).path("reason").asText()).isEqualTo("already-running");

    instance.context().runOnContext(now -> answer.complete(CronOutcome.ok("long")));
    assertThat(awaitLog(other, id)).hasSize(1);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aJobRemovedWhileItRunsIsGoneAtOnceAndItsRunStillLogged() {
    CronService service = service(MissedRuns.SKIP);
    ObjectNode hourly = job("{\"kind\":\"every\",\"everyMs\":" + HOUR + "}");
    String id = on(() -> service.add(MAKER, hourly)).path("id").asText();
    Future<ObjectNode> run = instance.start(() -> service.run(id, true));
    await().until(() -> !asked.isEmpty());
    assertThat(on(() -> service.remove(id)).path("removed").asBoolean()).isTrue();
    assertThat(on(() -> service.remove(id)).path("removed").asBoolean()).isFalse();
    assertThat(on(() -> service.list(true)).path("jobs")).isEmpty();
    instance.context().runOnContext(now -> answer.complete(CronOutcome.ok("late")));
    assertThat(get(run).path("ran").asBoolean()).isTrue();
    assertThat(log(service, id)).hasSize(1);
    assertThat(get(store.find(id)).job()).isEmpty();
  }

  @Test
  void whatIsChangedWhileAJobRunsWins() {
    CronService service = service(MissedRuns.SKIP);
    String id =
        on(() -> service.add(MAKER, job("{\"kind\":\"at\",\"atMs\":1}"))).path("id").asText();
    await().until(() -> !asked.isEmpty());
    long later = System.nanoTime() / 1_000_000 + 10_000_000_000_000L;
    ObjectNode patch = Json.object();
    patch.putObject("schedule").put("kind", "at").put("atMs", later);
    on(() -> service.update(MAKER, id, patch));
    instance.context().runOnContext(now -> answer.complete(CronOutcome.ok("done")));
    awaitLog(service, id);
    JsonNode job = on(() -> service.list(false)).path("jobs").path(0);
    assertThat(job.path("enabled").asBoolean()).isTrue();
    assertThat(job.at("/state/nextRunAtMs").asLong()).isEqualTo(later);
    assertThat(job.at("/state/lastStatus").asText()).isEqualTo("ok");
  }

  @Test
  void anInstanceThatStopsEntersWhatItCouldNotFinish() {
    CronService service = service(MissedRuns.SKIP);
    String id =
        on(() -> service.add(MAKER, job("{\"kind\":\"at\",\"atMs\":1}"))).path("id").asText();
    await().until(() -> !asked.isEmpty());
    get(service.drain(100));
    JsonNode entry = log(service, id).getFirst();
    assertThat(entry.path("error").asText()).isEqualTo("gateway instance stopped");
  }

  @Test
  void asManyRunAtOnceAsTheDocumentAllows() {
    CronService service = service(MissedRuns.SKIP, 2);
    for (int i = 0; i < 5; i++) {
      on(() -> service.add(MAKER, job("{\"kind\":\"at\",\"atMs\":1}")));
    }
    await().until(() -> asked.size() == 2);
    CronJob waiting =
        get(store.look(5)).due().stream()
            .filter(job -> job.run() == null)
            .findFirst()
            .orElseThrow();
    assertThat(get(store.claimDue(waiting, OptionalLong.empty(), "t", "x", 500, 2)).result())
        .isEqualTo(Claim.BUSY);
    instance.context().runOnContext(now -> answer.complete(CronOutcome.ok("done")));
    await().until(() -> asked.size() == 5);
  }

  private <T> T on(Supplier<Future<T>> action) {
    return instance.on(action);
  }
}
