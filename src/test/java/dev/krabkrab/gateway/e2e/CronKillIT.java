package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three instances, a thousand due times, and instances that die by SIGKILL meanwhile: no due time
 * is run twice, and none is lost without a word in the log. Protocol 03 §22.4. {@code -Dseed=7}
 * sets the schedule.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CronKillIT {
  private static final int ROUNDS = 4;
  private static final int JOBS = 1_000;

  /** Jobs come due in bursts, and instances die in the middle of them. */
  private static final int BURSTS = 5;

  private static final int BURST = JOBS / ROUNDS / BURSTS;
  private static final long BURST_EVERY_MS = 300;
  private static final int KILLED_WITHIN_MS = 60;
  private static final long LEAD_MS = 1_500;
  private static final int AT_ONCE = 50;

  /** What an instance may have been running when it was killed. */
  private static final int MOST_LOST = 8;

  private final Map<String, Set<Long>> started = new ConcurrentHashMap<>();
  private final TestDevice device = TestDevice.fresh();
  private final List<String> ids = new ArrayList<>();
  private int kills;

  @Test
  void everyDueTimeIsRunOnceOrReportedLostWhateverIsKilled(@TempDir Path folder) throws Exception {
    Random random = new Random(Long.getLong("seed", 1));
    String agents =
        IntStream.range(0, JOBS)
            .mapToObj(number -> ",{id:'k" + number + "'}")
            .collect(Collectors.joining("", "agents:{list:[{id:'main'}", "]}"));
    try (GatewayProcesses gateways = GatewayProcesses.start(3, folder, agents)) {
      List<WireClient> watchers = new ArrayList<>();
      for (int i = 0; i < gateways.size(); i++) {
        watchers.add(watch(gateways, i));
      }
      for (int round = 0; round < ROUNDS; round++) {
        play(gateways, watchers, random);
      }
      WireClient admin = watchers.getFirst();
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> admin.call("cron.list", "{}").at("/payload/jobs").isEmpty());
      Map<String, Integer> outcomes = check(gateways, admin);
      watchers.forEach(WireClient::close);
      System.out.printf("cron: %d due times, %d kills, %s%n", JOBS, kills, outcomes);
      assertThat(outcomes.get("ok")).isGreaterThanOrEqualTo(JOBS - MOST_LOST * kills);
    }
  }

  /** One or two die while jobs are due, and come back. */
  private void play(GatewayProcesses gateways, List<WireClient> watchers, Random random)
      throws Exception {
    List<Integer> places = KillRun.shuffled(random);
    int survivor = places.removeFirst();
    long first = add(watchers.get(survivor));
    List<Integer> victims = places.subList(0, 1 + random.nextInt(places.size()));
    for (int i = 0; i < victims.size(); i++) {
      int burst = i * BURSTS / victims.size() + random.nextInt(BURSTS / victims.size());
      long at = first + burst * BURST_EVERY_MS + random.nextInt(KILLED_WITHIN_MS);
      await()
          .pollInterval(Duration.ofMillis(2))
          .atMost(Duration.ofSeconds(30))
          .until(() -> Instant.now().toEpochMilli() >= at);
      gateways.kill(victims.get(i));
      kills++;
    }
    gateways.repair();
    for (int victim : victims) {
      watchers.get(victim).close();
      watchers.set(victim, watch(gateways, victim));
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

  /** Adds jobs and answers when the first is due. Each tells another agent: so it can be seen. */
  private long add(WireClient admin) throws Exception {
    long firstMs = Instant.now().toEpochMilli() + LEAD_MS;
    List<ObjectNode> jobs = new ArrayList<>();
    for (int i = 0; i < BURST * BURSTS; i++) {
      int number = ids.size() + i;
      ObjectNode job = Json.object().put("name", "job " + number).put("agentId", "k" + number);
      job.putObject("schedule").put("kind", "at").put("atMs", firstMs + i / BURST * BURST_EVERY_MS);
      job.putObject("payload").put("kind", "systemEvent").put("text", "text " + number);
      jobs.add(job);
    }
    call(admin, "cron.add", jobs).forEach(job -> ids.add(job.path("id").asText()));
    return firstMs;
  }

  /** How many ended how. */
  private Map<String, Integer> check(GatewayProcesses gateways, WireClient admin) throws Exception {
    Map<String, Integer> outcomes = new HashMap<>();
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
    return outcomes;
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
        JsonNode frame = answer.get(60, TimeUnit.SECONDS);
        assertThat(frame.path("ok").asBoolean()).as("%s", frame).isTrue();
        answers.add(frame.path("payload"));
      }
    }
    return answers;
  }
}
