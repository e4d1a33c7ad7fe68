package dev.krabkrab.gateway.failure;

import static dev.krabkrab.gateway.failure.Calls.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.e2e.WireClient.RefusedException;
import dev.krabkrab.gateway.edge.http.Probe;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis is there and refuses: an outage like every other. */
@Timeout(170)
class RedisRefusalIT {
  /** Writes, which every kind of refusal meets. */
  private static final Map<String, String> WRITES =
      Map.of(
          "exec.approval.request",
          "{\"command\":\"ls\",\"timeoutMs\":20000}",
          "chat.send",
          "{\"sessionKey\":\"agent:main:full\",\"message\":\"hi\",\"idempotencyKey\":\"k\"}",
          "cron.add",
          "{\"name\":\"j\",\"schedule\":{\"kind\":\"every\",\"everyMs\":3600000},"
              + "\"sessionTarget\":\"main\",\"wakeMode\":\"now\","
              + "\"payload\":{\"kind\":\"systemEvent\",\"text\":\"t\"}}");

  private static RedisProcess redis;
  private static GatewayProcesses gateways;
  private static List<Integer> management;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException {
    redis = RedisProcess.startReconfigurable();
    gateways = GatewayProcesses.over(redis);
    management = List.of(RedisProcess.freePort(), RedisProcess.freePort());
    for (int port : management) {
      gateways.add(
          Map.of(
              "KRABKRAB_REDIS_URL",
              redis.url(),
              "KRABKRAB_MANAGEMENT_PORT",
              Integer.toString(port),
              "KRABKRAB_DRAIN_BUDGET_MS",
              "4000"));
    }
    gateways.awaitAll();
  }

  @AfterAll
  static void stop() {
    gateways.close();
  }

  /** A way to make Redis refuse, and to make it serve again. */
  enum Fault {
    OOM("CONFIG SET maxmemory 1mb", "CONFIG SET maxmemory 0"),
    MISCONF("", "") {
      @Override
      void begin() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("saves"));
        redis.tell("CONFIG SET dir " + gone + "\r\nCONFIG SET save \"1 1\"");
        Files.delete(gone);
        await().until(() -> redis.tell("SET probe 1\r\nBGSAVE\r\nSET probe 2").contains("MISCONF"));
      }

      @Override
      void end() {
        redis.tell("CONFIG SET save \"\"\r\nCONFIG SET dir " + folder);
        await().until(() -> !redis.tell("BGSAVE\r\nSET probe 1").contains("MISCONF"));
      }
    },
    NOPERM("ACL SETUSER default -@write", "ACL SETUSER default +@all"),
    BUSY("", "SCRIPT KILL") {
      @Override
      void begin() {
        redis.tell("CONFIG SET busy-reply-threshold 50\r\nCONFIG SET lua-time-limit 50");
        Thread.startVirtualThread(() -> redis.tell("EVAL \"while true do end\" 0"));
        await().until(() -> redis.tell("PING").contains("BUSY"));
      }
    };

    private final String begin;
    private final String end;

    Fault(String begin, String end) {
      this.begin = begin;
      this.end = end;
    }

    void begin() throws IOException {
      assertThat(redis.tell(begin)).doesNotContain("-ERR");
    }

    void end() {
      assertThat(redis.tell(end)).doesNotContain("-ERR");
    }
  }

  private static WireClient client(int instance) throws IOException {
    return WireClient.connect(gateways.port(instance), TestDevice.fresh(), Profile.admin());
  }

  private static boolean is(int instance, String word) {
    return word.equals(new Probe(management.get(instance)).word("/readyz"));
  }

  @Test
  void whatRedisRefusesIsAnOutageThatLeavesNothingBehind() throws IOException {
    for (Fault fault : Fault.values()) {
      refusedAndServedAgain(fault);
    }
  }

  private static void refusedAndServedAgain(Fault fault) throws IOException {
    await().atMost(RECOVERY).until(() -> is(0, "200 ready") && is(1, "200 ready"));
    try (WireClient a = client(0);
        WireClient b = client(1)) {
      fault.begin();
      try {
        for (WireClient client : List.of(a, b)) {
          WRITES.forEach(
              (method, params) ->
                  Calls.refusedRetryably(
                      fault + " " + method, client.request(method, Json.tryParse(params))));
        }
        RefusedException stranger = catchThrowableOfType(RefusedException.class, () -> client(1));
        assertThat(stranger.error().path("retryable").asBoolean()).as("%s", stranger).isTrue();
        assertThat(stranger.error().path("message").asText())
            .startsWith("gateway state is unavailable");
        await().until(() -> is(0, "200 degraded"));
        String kind = fault.name().toLowerCase(Locale.ROOT);
        assertThat(new Probe(management.get(0)).get("/readyz").body())
            .contains("Redis refuses commands (" + kind + ")");
        assertThat(refusals(0, kind)).isPositive();
      } finally {
        fault.end();
      }
      await().atMost(RECOVERY.plusSeconds(5)).until(() -> is(0, "200 ready") && is(1, "200 ready"));
      for (WireClient client : List.of(a, b)) {
        assertThat(client.call("cron.list", "{}").at("/payload/jobs")).isEmpty();
        assertThat(client.events(Calls.REQUESTED)).isEmpty();
      }
      CompletableFuture<JsonNode> asked = Calls.ask(a, "after-" + fault, Duration.ofSeconds(60));
      await().until(() -> Calls.events(b, Calls.REQUESTED, "after-" + fault).size() == 1);
      Calls.succeeds(RECOVERY, Calls.resolve(b, "after-" + fault, "allow-once"));
      assertThat(Calls.decision(Calls.in(RECOVERY, asked))).isEqualTo("allow-once");
    }
  }

  private static double refusals(int instance, String kind) {
    return Stream.of(new Probe(management.get(instance)).get("/metrics").body().split("\n"))
        .filter(line -> line.startsWith("krabkrab_redis_refusals_total"))
        .filter(line -> line.contains("kind=\"" + kind + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void aRunThatWasTakenOnEndsWhenThereIsRoomAgain() throws IOException {
    try (WireClient a = client(0);
        WireClient b = client(1)) {
      CompletableFuture<JsonNode> sent =
          a.request(
              "chat.send",
              Json.object()
                  .put("sessionKey", "agent:main:filling")
                  .put("message", "hi")
                  .put("idempotencyKey", "filling"));
      redis.tell("CONFIG SET maxmemory 1mb");
      try {
        Calls.in(RECOVERY, sent);
        FaultyCluster.last(Duration.ofSeconds(2));
      } finally {
        redis.tell("CONFIG SET maxmemory 0");
      }
      if (Calls.ok(Calls.in(RECOVERY, sent))) {
        await()
            .until(
                () ->
                    b.events("chat").stream()
                        .filter(event -> event.path("runId").asText().equals("filling"))
                        .anyMatch(event -> !event.path("state").asText().equals("delta")));
      }
    }
  }
}
