package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs on two instances. Protocol 03 §22. */
@Timeout(90)
class CronIT extends TwoInstances {
  private static final long HOUR = 3_600_000;

  private static ObjectNode event(String text) {
    ObjectNode job = Json.object().put("name", "j-" + UUID.randomUUID()).put("enabled", true);
    job.putObject("schedule").put("kind", "every").put("everyMs", HOUR);
    job.putObject("payload").put("kind", "systemEvent").put("text", text);
    return job;
  }

  private static ObjectNode turn() {
    ObjectNode job = event("");
    job.putObject("payload").put("kind", "agentTurn").put("message", "m");
    return job;
  }

  /** Some milliseconds from now, by the gateway's own clock. */
  private static ObjectNode at(ObjectNode job, long inMs) {
    long atMs = java.time.Instant.now().toEpochMilli() + inMs;
    job.putObject("schedule").put("kind", "at").put("atMs", atMs);
    return job;
  }

  private static ObjectNode id(String id) {
    return Json.object().put("id", id);
  }

  private static JsonNode ok(Peer peer, String method, ObjectNode params) {
    return peer.ok(method, Json.text(params));
  }

  private static JsonNode find(Peer peer, String id) {
    JsonNode jobs = ok(peer, "cron.list", Json.object().put("includeDisabled", true)).path("jobs");
    return StreamSupport.stream(jobs.spliterator(), false)
        .filter(job -> job.path("id").asText().equals(id))
        .findFirst()
        .orElse(Json.object());
  }

  private static JsonNode cron(Peer peer, String id, String action) {
    return peer.event(
        "cron",
        e -> e.path("jobId").asText().equals(id) && e.path("action").asText().equals(action));
  }

  private static long count(Peer peer, String id, String action) {
    // What was sent before this answer has arrived with it.
    peer.ok("cron.status", "{}");
    return peer.frames().stream()
        .filter(frame -> frame.path("event").asText().equals("cron"))
        .map(frame -> frame.path("payload"))
        .filter(
            e -> e.path("jobId").asText().equals(id) && e.path("action").asText().equals(action))
        .count();
  }

  private static List<String> queued(Peer peer) {
    JsonNode texts = peer.ok("status", "{}").path("queuedSystemEvents");
    return StreamSupport.stream(texts.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Test
  void aJobOfOneInstanceIsEverybodys() {
    JsonNode job = ok(a, "cron.add", event("x"));
    String id = job.path("id").asText();
    long next = job.at("/state/nextRunAtMs").asLong();
    assertThat(cron(b, id, "added").path("nextRunAtMs").asLong()).isEqualTo(next);
    assertThat(find(b, id)).isEqualTo(job);

    ObjectNode patch = id(id);
    patch
        .putObject("patch")
        .put("name", "new")
        .putObject("schedule")
        .put("kind", "every")
        .put("everyMs", 2 * HOUR);
    JsonNode changed = ok(b, "cron.update", patch);
    assertThat(changed.at("/state/nextRunAtMs").asLong()).isGreaterThan(next);
    assertThat(find(a, id)).isEqualTo(changed);
    cron(a, id, "updated");

    assertThat(ok(b, "cron.remove", id(id)).path("removed").asBoolean()).isTrue();
    cron(a, id, "removed");
    assertThat(find(a, id)).isEmpty();
  }

  @Test
  void protocol4ReadsJobsAndTheirRunsInPages() {
    String mark = UUID.randomUUID().toString();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ObjectNode job = event("tick " + i).put("name", mark + " " + i).put("enabled", i != 4);
      ids.add(ok(a, "cron.add", job).path("id").asText());
    }
    try (Peer newer = cluster.admin(1, 4)) {
      ObjectNode asked = Json.object().put("query", mark).put("limit", 2).put("sortBy", "name");
      JsonNode first = ok(newer, "cron.list", asked);
      assertThat(names(first)).containsExactly(mark + " 0", mark + " 1");
      assertThat(first.path("total").asInt()).isEqualTo(4);
      assertThat(first.path("hasMore").asBoolean()).isTrue();
      JsonNode second =
          ok(newer, "cron.list", asked.put("offset", first.path("nextOffset").asInt()));
      assertThat(names(second)).containsExactly(mark + " 2", mark + " 3");
      assertThat(second.path("nextOffset").isNull()).isTrue();
      assertThat(second.path("snapshotRevision")).isEqualTo(first.path("snapshotRevision"));
      asked.put("offset", 0).put("enabled", "disabled").put("agentId", "main");
      assertThat(names(ok(newer, "cron.list", asked))).containsExactly(mark + " 4");
      assertThat(ok(newer, "cron.list", asked.put("agentId", "other")).path("total").asInt())
          .isZero();

      for (String id : ids.subList(0, 3)) {
        ok(a, "cron.run", id(id).put("mode", "force"));
        cron(b, id, "finished");
      }
      ObjectNode all = Json.object().put("scope", "all").put("query", mark).put("limit", 2);
      JsonNode runs = ok(newer, "cron.runs", all);
      assertThat(runs.path("total").asInt()).isEqualTo(3);
      assertThat(runs.at("/entries/0/jobId").asText()).isEqualTo(ids.get(2));
      assertThat(runs.at("/entries/0/jobName").asText()).isEqualTo(mark + " 2");
      assertThat(runs.path("nextOffset").asInt()).isEqualTo(2);
      assertThat(ok(newer, "cron.runs", all.put("status", "error")).path("entries")).isEmpty();
      assertThat(ok(newer, "cron.runs", id(ids.getFirst())).path("entries")).hasSize(1);
      assertThat(newer.call("cron.runs", "{}").at("/error/message").asText()).contains("scope");
    }
  }

  private static List<String> names(JsonNode page) {
    return StreamSupport.stream(page.path("jobs").spliterator(), false)
        .map(job -> job.path("name").asText())
        .toList();
  }

  @Test
  void aDueTimeIsRunOnceByEitherInstance() {
    String text = "due " + UUID.randomUUID();
    String id = ok(a, "cron.add", at(event(text), 300)).path("id").asText();
    JsonNode finished = cron(b, id, "finished");
    assertThat(finished.path("status").asText()).isEqualTo("ok");
    assertThat(finished.path("summary").asText()).isEqualTo(text);
    assertThat(count(a, id, "started")).isEqualTo(1);
    assertThat(count(b, id, "started")).isEqualTo(1);
    assertThat(queued(b)).containsOnlyOnce(text);
    JsonNode entries = ok(a, "cron.runs", id(id)).path("entries");
    assertThat(entries).hasSize(1);
    assertThat(entries.path(0).path("jobId").asText()).isEqualTo(id);
    JsonNode job = find(b, id);
    assertThat(job.path("enabled").asBoolean()).isFalse();
    assertThat(job.at("/state/lastStatus").asText()).isEqualTo("ok");
    assertThat(job.path("state").has("nextRunAtMs")).isFalse();
  }

  @Test
  void manyDueAtOnceAreRunOnceEach() {
    List<String> ids =
        java.util.stream.IntStream.range(0, 100)
            .mapToObj(i -> ok(i % 2 == 0 ? a : b, "cron.add", at(event("n" + i), 500)))
            .map(job -> job.path("id").asText())
            .toList();
    ids.forEach(id -> cron(a, id, "finished"));
    assertThat(ids).allMatch(id -> ok(b, "cron.runs", id(id)).path("entries").size() == 1);
    a.ok("cron.status", "{}");
    assertThat(
            a.frames().stream()
                .map(frame -> frame.path("payload"))
                .filter(e -> e.path("action").asText().equals("started"))
                .filter(e -> ids.contains(e.path("jobId").asText())))
        .hasSize(100);
  }

  @Test
  void aRepeatingJobGoesOn() {
    ObjectNode every = event("again " + UUID.randomUUID());
    every.putObject("schedule").put("kind", "cron").put("expr", "* * * * * *").put("tz", "UTC");
    String id = ok(a, "cron.add", every).path("id").asText();
    await().until(() -> ok(b, "cron.runs", id(id)).path("entries").size() >= 3);
    assertThat(find(a, id).at("/state/nextRunAtMs").asLong() % 1_000).isZero();
    ok(b, "cron.remove", id(id));
    assertThat(ok(a, "cron.runs", id(id).put("limit", 2)).path("entries")).hasSize(2);
  }

  @Test
  void deleteAfterRunRemovesAJobThatWentWell() {
    String id =
        ok(a, "cron.add", at(event("once"), 1).put("deleteAfterRun", true)).path("id").asText();
    cron(b, id, "removed");
    assertThat(find(b, id)).isEmpty();
    assertThat(ok(b, "cron.runs", id(id)).path("entries")).hasSize(1);
  }

  @Test
  void aJobMayNotRunAnAgentEverySecond() {
    ObjectNode often = turn();
    often.putObject("schedule").put("kind", "every").put("everyMs", 1_000);
    assertThat(a.call("cron.add", Json.text(often)).at("/error/message").asText())
        .contains("cron.minTurnIntervalMs");
    String id = ok(a, "cron.add", turn()).path("id").asText();
    ObjectNode patch = Json.object();
    patch.putObject("schedule").put("kind", "every").put("everyMs", 1_000);
    assertThat(
            b.call("cron.update", Json.text(id(id).set("patch", patch)))
                .at("/error/message")
                .asText())
        .contains("cron.minTurnIntervalMs");
  }

  @Test
  void aTurnIsARunInAConversationOfItsJob() {
    String id = ok(a, "cron.add", at(turn(), 1)).path("id").asText();
    JsonNode finished = cron(b, id, "finished");
    assertThat(finished.path("status").asText()).as("%s", finished).isEqualTo("ok");
    assertThat(finished.path("summary").asText()).contains("built-in echo model");
    JsonNode history =
        ok(b, "chat.history", Json.object().put("sessionKey", "agent:main:cron:" + id));
    assertThat(history.path("messages")).hasSize(2);
  }

  @Test
  void aTurnThatFailsSaysSoAndIsTriedAgainLater() {
    ObjectNode turn = turn();
    ((ObjectNode) turn.path("payload")).put("model", "nowhere/m");
    String id = ok(a, "cron.add", at(turn, 1)).path("id").asText();
    JsonNode finished = cron(b, id, "finished");
    String error = "no models.providers.nowhere in the gateway document";
    assertThat(finished.path("status").asText()).isEqualTo("error");
    assertThat(finished.path("error").asText()).isEqualTo(error);
    assertThat(finished.path("nextRunAtMs").asLong() - finished.path("runAtMs").asLong())
        .isBetween(30_000L, 60_000L);
    await().untilAsserted(() -> assertThat(queued(b)).contains("Cron (error): " + error));
    JsonNode job = find(b, id);
    assertThat(job.path("enabled").asBoolean()).isTrue();
    assertThat(job.at("/state/lastError").asText()).isEqualTo(error);
    ok(a, "cron.remove", id(id));
  }

  @Test
  void aJobCanBeRunByHandFromAnywhere() {
    String id = ok(a, "cron.add", event("by hand").put("enabled", false)).path("id").asText();
    JsonNode notDue = ok(b, "cron.run", id(id));
    assertThat(notDue.path("ran").asBoolean()).isFalse();
    assertThat(notDue.path("reason").asText()).isEqualTo("not-due");
    assertThat(ok(b, "cron.run", id(id).put("mode", "force")).path("ran").asBoolean()).isTrue();
    assertThat(ok(a, "cron.runs", id(id)).path("entries")).hasSize(1);
    JsonNode job = find(a, id);
    assertThat(job.path("enabled").asBoolean()).isFalse();
    assertThat(job.at("/state/lastStatus").asText()).isEqualTo("ok");
  }

  @Test
  void aMainJobThatWakesNowIsSkippedWhereThereIsNoHeartbeat() {
    String text = "now " + UUID.randomUUID();
    String id = ok(a, "cron.add", event(text).put("wakeMode", "now")).path("id").asText();
    ok(b, "cron.run", id(id).put("mode", "force"));
    JsonNode entry = ok(a, "cron.runs", id(id)).at("/entries/0");
    assertThat(entry.path("status").asText()).isEqualTo("skipped");
    assertThat(entry.path("error").asText()).isEqualTo("no model is configured");
    assertThat(queued(a)).contains(text);
  }

  @Test
  void aJobIsEnabledUnlessItSaysOtherwise() {
    ObjectNode silent = event("x");
    silent.remove("enabled");
    JsonNode job = ok(a, "cron.add", silent);
    assertThat(job.path("enabled").asBoolean()).isTrue();
    assertThat(job.at("/state/nextRunAtMs").asLong()).isPositive();
    ok(b, "cron.remove", id(job.path("id").asText()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "cron.run ~ {\"id\":\"zz\"} ~ Error: unknown cron job id: zz",
        "cron.update ~ {\"jobId\":\"zz\",\"patch\":{}} ~ Error: unknown cron job id: zz",
        "cron.add ~ {\"name\":\"n\",\"schedule\":{\"kind\":\"cron\",\"expr\":\"zz\"},"
            + "\"payload\":{\"kind\":\"systemEvent\",\"text\":\"t\"}}"
            + " ~ TypeError: CronPattern: invalid configuration format ('zz'), exactly five, six,"
            + " or seven space separated parts are required.",
      })
  void whatMakesNoSenseIsRefused(String method, String params, String message) {
    JsonNode error = a.call(method, params).path("error");
    assertThat(error.path("code").asText()).isEqualTo("UNAVAILABLE");
    assertThat(error.path("message").asText()).isEqualTo(message);
  }

  @Test
  void changesAtOnceAllCount() {
    String id = ok(a, "cron.add", event("x")).path("id").asText();
    ObjectNode name = id(id);
    name.putObject("patch").put("name", "n2");
    ObjectNode text = id(id);
    text.putObject("patch").putObject("payload").put("kind", "systemEvent").put("text", "t2");
    String first = a.send("cron.update", name);
    String second = b.send("cron.update", text);
    assertThat(a.answer(first).path("ok").asBoolean()).isTrue();
    assertThat(b.answer(second).path("ok").asBoolean()).isTrue();
    JsonNode job = find(a, id);
    assertThat(job.path("name").asText()).isEqualTo("n2");
    assertThat(job.at("/payload/text").asText()).isEqualTo("t2");
    ok(a, "cron.remove", id(id));
  }

  @Test
  void whereCronIsOffNothingIsDue() {
    String off = "{gateway:{auth:{token:'" + Cluster.TOKEN + "'}},cron:{enabled:false}}";
    try (Cluster own = Cluster.of(1, off);
        Peer admin = own.admin(0)) {
      String id = ok(admin, "cron.add", at(event("x"), -5)).path("id").asText();
      JsonNode status = admin.ok("cron.status", "{}");
      assertThat(status.path("enabled").asBoolean()).isFalse();
      assertThat(status.path("jobs").asInt()).isEqualTo(1);
      assertThat(status.path("nextWakeAtMs").isNull()).isTrue();
      assertThat(ok(admin, "cron.runs", id(id)).path("entries")).isEmpty();
      assertThat(ok(admin, "cron.run", id(id)).path("ran").asBoolean()).isTrue();
    }
  }

  @Test
  void theHeartbeatSwitchAndWakeAreShared() {
    String text = "wake " + UUID.randomUUID();
    a.ok("wake", "{\"mode\":\"now\",\"text\":\"" + text + "\"}");
    assertThat(queued(b)).contains(text);
    assertThat(b.ok("set-heartbeats", "{\"enabled\":false}").path("enabled").asBoolean()).isFalse();
    assertThat(a.ok("set-heartbeats", "{\"enabled\":true}").path("ok").asBoolean()).isTrue();
    assertThat(a.ok("last-heartbeat", "{}").isNull()).isTrue();
  }

  private JsonNode ran(String id) {
    ok(b, "cron.run", id(id).put("mode", "force"));
    JsonNode entries = ok(b, "cron.runs", id(id)).path("entries");
    return entries.path(entries.size() - 1);
  }

  @Test
  void aJobRunsAsLongAsWhoeverSavedItHasHisRights() {
    DeviceKeys keys = DeviceKeys.fresh();
    List<String> jobs = new ArrayList<>();
    Connect maker = Connect.operator(3).device(keys).token(Cluster.TOKEN);
    try (Peer peer = Peer.connected(cluster.port(1), maker)) {
      for (ObjectNode job : List.of(event("look"), turn())) {
        jobs.add(ok(peer, "cron.add", job).path("id").asText());
        assertThat(ran(jobs.getLast()).path("status").asText()).isEqualTo("ok");
      }
    }
    try (Peer newer = cluster.admin(1, 4)) {
      JsonNode listed = ok(newer, "cron.list", Json.object().put("limit", 200)).path("jobs");
      assertThat(listed).anyMatch(job -> job.at("/madeBy/deviceId").asText().equals(keys.id()));
    }
    ok(a, "device.pair.remove", Json.object().put("deviceId", keys.id()));
    Peer.connected(cluster.port(0), maker).close();
    for (String job : jobs) {
      JsonNode entry = ran(job);
      assertThat(entry.path("status").asText()).isEqualTo("error");
      assertThat(entry.path("error").asText()).contains(keys.id()).contains("save the job again");
      ObjectNode update = id(job);
      update.putObject("patch").put("description", "mine now");
      ok(a, "cron.update", update);
      assertThat(ran(job).path("status").asText()).isEqualTo("ok");
      ok(a, "cron.remove", id(job));
    }
    String query = "{\"device\":\"" + keys.id() + "\",\"action\":\"cron.added\"}";
    assertThat(a.ok("audit.list", query).path("entries"))
        .hasSize(2)
        .allMatch(entry -> jobs.contains(entry.at("/details/job").asText()));
    for (String action : List.of("cron.changed", "cron.removed")) {
      assertThat(a.ok("audit.list", "{\"action\":\"" + action + "\"}").path("entries"))
          .anyMatch(entry -> jobs.contains(entry.at("/details/job").asText()));
    }
  }
}
