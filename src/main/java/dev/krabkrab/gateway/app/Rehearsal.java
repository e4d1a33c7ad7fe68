package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.DeviceIdentity;
import dev.krabkrab.gateway.cli.RehearsalLauncher;
import dev.krabkrab.gateway.config.InstanceSecrets;
import dev.krabkrab.gateway.config.InstanceSettings;
import dev.krabkrab.gateway.metrics.Telemetry;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.EmbeddedRedis;
import dev.krabkrab.gateway.redis.RedisSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway of its own and the clients that keep it busy: handshakes, calls, approvals, invokes.
 * What the Java runtime learns from it goes into the cache the launcher starts with.
 */
public final class Rehearsal implements RehearsalLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final Duration ACT = Duration.ofSeconds(4);
  private static final int APPROVERS = 8;
  private static final int GUESTS = 12;
  private static final int AT_ONCE = 4;
  private static final long START_SECONDS = 30;

  @Override
  public int run() {
    try {
      Path folder = Files.createTempDirectory("krabkrab-rehearsal");
      try {
        rehearse(folder);
      } finally {
        remove(folder);
      }
      return 0;
    } catch (Exception e) {
      LOG.warn("the rehearsal failed", e);
      return 1;
    }
  }

  private static void rehearse(Path folder) throws Exception {
    String token = new SystemIds().uuid();
    Map<String, String> given =
        Map.of("port", "0", "bind", "127.0.0.1", "token", token, "state-dir", folder.toString());
    LaunchPlan plan =
        new LaunchPlan(
            InstanceSettings.load(given, Map.of(), Json.object(), "rehearsal"),
            InstanceSecrets.load(given, Map.of()),
            Json.object());
    Telemetry telemetry = Telemetry.off();
    Vertx vertx = GatewayProcess.vertx(telemetry);
    EmbeddedRedis redis = wait(EmbeddedRedis.open(vertx, folder, new SecureRandom()));
    try {
      GatewayInstance gateway = new GatewayInstance(vertx, telemetry, plan, "rehearsal");
      wait(gateway.start(RedisSettings.parse(redis.url(), plan.settings().namespace())));
      try (RehearsalStage stage = new RehearsalStage(gateway.port(), token)) {
        guests(stage);
        approvals(stage);
        invokes(stage);
      }
      wait(gateway.stop(Duration.ofSeconds(1).toMillis()));
    } finally {
      wait(vertx.close());
      wait(redis.close());
    }
  }

  /** Clients that come, look around, leave and come back. */
  private static void guests(RehearsalStage stage) {
    Deadline end = new Deadline(ACT);
    for (int round = 0; !end.over(); round++) {
      List<DeviceIdentity> devices = Stream.generate(DeviceIdentity::fresh).limit(GUESTS).toList();
      for (int visit = 0; visit < 3; visit++) {
        List<RehearsalClient> guests = new ArrayList<>();
        for (DeviceIdentity device : devices) {
          guests.add(stage.operator(3 + round % 2, device));
        }
        for (RehearsalClient guest : guests) {
          for (String method : List.of("health", "status", "system-presence", "node.list")) {
            guest.call(method, Json.object()).join();
          }
          guest.close();
        }
      }
    }
  }

  private static void approvals(RehearsalStage stage) {
    List<RehearsalClient> approvers = new ArrayList<>();
    for (int i = 0; i < APPROVERS; i++) {
      approvers.add(stage.operator(3 + i % 2));
    }
    RehearsalClient asker = stage.operator(3);
    RehearsalClient approver = approvers.getFirst();
    approver.onEvent(
        "exec.approval.requested",
        payload ->
            approver.call(
                "exec.approval.resolve",
                Json.object()
                    .put("id", payload.path("id").asText())
                    .put("decision", "allow-once")));
    repeat(
        number ->
            asker.call(
                "exec.approval.request",
                Json.object()
                    .put("id", "rehearsal-" + number)
                    .put("command", "echo " + number)
                    .put("cwd", "/srv/app")
                    .put("host", "gateway")
                    .put("security", "allowlist")
                    .put("ask", "on-miss")
                    .put("agentId", "main")
                    .put("sessionKey", "agent:main:main")
                    .put("timeoutMs", 120_000)));
    asker.close();
    approvers.forEach(RehearsalClient::close);
  }

  private static void invokes(RehearsalStage stage) {
    RehearsalClient node = stage.node();
    node.onEvent("node.invoke.request", payload -> node.call("node.invoke.result", done(payload)));
    RehearsalClient operator = stage.operator(3);
    String command = "system.which";
    repeat(
        number ->
            operator.call(
                "node.invoke",
                Json.object()
                    .put("nodeId", node.deviceId())
                    .put("command", command)
                    .put("idempotencyKey", "rehearsal-" + number)
                    .put("timeoutMs", 30_000)
                    .set("params", Json.object().set("bins", Json.texts(List.of("git"))))));
    operator.close();
    node.close();
  }

  private static ObjectNode done(JsonNode request) {
    return Json.object()
        .put("id", request.path("id").asText())
        .put("nodeId", request.path("nodeId").asText())
        .put("ok", true)
        .put("payloadJSON", "{\"bins\":{\"git\":\"/usr/bin/git\"}}");
  }

  /** One call. */
  private interface Step {
    CompletableFuture<JsonNode> take(int number);
  }

  private static void repeat(Step step) {
    Deadline end = new Deadline(ACT);
    for (int number = 0; !end.over(); number += AT_ONCE) {
      List<CompletableFuture<JsonNode>> together = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        together.add(step.take(number + i));
      }
      together.forEach(CompletableFuture::join);
    }
  }

  /** A point in time on the process' own clock. */
  private record Deadline(long nanos) {
    Deadline(Duration from) {
      this(System.nanoTime() + from.toNanos());
    }

    boolean over() {
      return System.nanoTime() - nanos >= 0;
    }
  }

  private static <T> T wait(io.vertx.core.Future<T> future) throws Exception {
    return future.await(START_SECONDS, TimeUnit.SECONDS);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
