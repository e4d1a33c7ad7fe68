package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisLink;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three instances, a thousand due times, and instances that die by SIGKILL meanwhile: no due time
 * is run twice, and none is lost without a word in the log. Protocol 03 §22.4. {@code -Dseed=7}
 * sets the schedule.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CronKillIT {
  private static final int JOBS = 1_000;
  private static final int KILLS = 6;
  private static final long SPREAD_MS = 14;
  private static final long LEAD_MS = 6_000;
  private static final int AT_ONCE = 50;

  private final Map<String, Set<Long>> started = new ConcurrentHashMap<>();
  private final TestDevice device = TestDevice.fresh();

  @Test
  void everyDueTimeIsRunOnceOrReportedLostWhateverIsKilled() throws Exception {
    Random random = new Random(Long.getLong("seed", 1));
    try (GatewayProcesses gateways = GatewayProcesses.start(3)) {
      List<WireClient> watchers = new ArrayList<>();
      for (int i = 0; i < gateways.size(); i++) {
        watchers.add(watch(gateways, i));
      }
      long first = Instant.now().toEpochMilli() + LEAD_MS;
      List<String> ids = add(watchers.getFirst(), first);
      int killed = kill(gateways, watchers, random, first);
      gateways.repair();
      Map<String, Integer> outcomes = new HashMap<>();
      try (WireClient admin = WireClient.connect(gateways.port(0), device, Profile.admin())) {
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(500))
            .until(() -> admin.call("cron.list", "{}").at("/payload/jobs").isEmpty());
        check(gateways, admin, ids, outcomes);
      }
      watchers.forEach(WireClient::close);
      System.out.printf("cron: %d due times, %d kills, %s%n", JOBS, killed, outcomes);
      assertThat(outcomes.get("ok")).isGreaterThan(JOBS - 8 * killed - 1);
    }
  }

  private WireClient watch(GatewayProcesses gateways, int instance) throws IOException {
    return WireClient.connect(gateways.port(instance), device, Profile.admin(), this::seen);
  }

  private void seen(JsonNode event) {
    JsonNode payload = event.path("payload");
    if (event.path("event").asText().equals("cron")
        && payload.path("action").asText().equals("started")) {
      started
          .computeIfAbsent(payload.path("jobId").asText(), id -> ConcurrentHashMap.newKeySet())
          .add(payload.path("runAtMs").asLong());
    }
  }

  /** Each job tells another agent, so that what it said stays to be seen. */
  private static List<String> add(WireClient admin, long firstMs) throws Exception {
    List<ObjectNode> jobs = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      ObjectNode job = Json.object().put("name", "job " + i).put("agentId", "k" + i);
      job.putObject("schedule").put("kind", "at").put("atMs", firstMs + i * SPREAD_MS);
      job.putObject("payload").put("kind", "systemEvent").put("text", "text " + i);
      jobs.add(job);
    }
    return call(admin, "cron.add", jobs).stream().map(job -> job.path("id").asText()).toList();
  }

  /** Kills one after another while jobs are due, and starts each again. */
  private int kill(
      GatewayProcesses gateways, List<WireClient> watchers, Random random, long firstMs)
      throws IOException {
    long window = JOBS * SPREAD_MS;
    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
      long at = firstMs + window * i / KILLS + random.nextLong(window / KILLS);
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofSeconds(60))
          .until(() -> Instant.now().toEpochMilli() >= at);
      int victim = random.nextInt(gateways.size());
      if (gateways.running(victim)) {
        gateways.kill(victim);
        killed++;
        gateways.restart(victim);
      }
      for (int w = 0; w < watchers.size(); w++) {
        watchAgain(gateways, watchers, w);
      }
    }
    return killed;
  }

  private void watchAgain(GatewayProcesses gateways, List<WireClient> watchers, int instance) {
    if (watchers.get(instance).ended().isDone()) {
      try {
        watchers.set(instance, watch(gateways, instance));
      } catch (IOException | WireClient.RefusedException e) {
        System.out.println("cron: instance " + instance + " is not back yet");
      }
    }
  }

  private void check(
      GatewayProcesses gateways, WireClient admin, List<String> ids, Map<String, Integer> outcomes)
      throws Exception {
    List<JsonNode> logs =
        call(admin, "cron.runs", ids.stream().map(id -> Json.object().put("id", id)).toList());
    Vertx vertx = Vertx.vertx();
    try {
      SystemEventService events =
          new SystemEventService(RedisLink.create(vertx, gateways.redis()).ready().await());
      for (int i = 0; i < ids.size(); i++) {
        String id = ids.get(i);
        assertThat(started.getOrDefault(id, Set.of())).as("starts of %s", id).hasSizeLessThan(2);
        JsonNode entries = logs.get(i).path("entries");
        assertThat(entries).as("log of %s", id).hasSize(1);
        String status = entries.at("/0/status").asText();
        outcomes.merge(status, 1, Integer::sum);
        List<String> told = events.peek("agent:k" + i + ":main").await();
        if (status.equals("ok")) {
          assertThat(told).as("told by %s", id).containsExactly("text " + i);
        } else {
          assertThat(entries.at("/0/error").asText()).isEqualTo("gateway instance lost");
          assertThat(told).as("told by %s", id).hasSizeLessThan(2);
        }
      }
    } finally {
      vertx.close().await();
    }
  }

  /** Payloads of many calls, some of them under way at once. */
  private static List<JsonNode> call(WireClient client, String method, List<ObjectNode> params)
      throws Exception {
    List<JsonNode> answers = new ArrayList<>();
    for (int from = 0; from < params.size(); from += AT_ONCE) {
      List<CompletableFuture<JsonNode>> sent =
          params.subList(from, Math.min(params.size(), from + AT_ONCE)).stream()
              .map(each -> client.request(method, each))
              .toList();
      for (CompletableFuture<JsonNode> answer : sent) {
        JsonNode frame = answer.get(15, TimeUnit.SECONDS);
        assertThat(frame.path("ok").asBoolean()).as("%s", frame).isTrue();
        answers.add(frame.path("payload"));
      }
    }
    return answers;
  }
}
