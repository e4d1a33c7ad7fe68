package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.cli.AotTrainingLauncher;
import dev.krabkrab.gateway.cli.AotTrainingWorkload;
import dev.krabkrab.gateway.edge.metrics.Telemetry;
import dev.krabkrab.gateway.platform.config.InstanceSecrets;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.EmbeddedRedis;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway of its own and the clients that keep it busy: handshakes, calls, approvals, invokes.
 * What the Java runtime learns from it goes into the cache the launcher starts with.
 */
public final class AotTraining implements AotTrainingLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(AotTraining.class);
  private static final long START_SECONDS = 30;

  @Override
  public int run() {
    try {
      Path folder = Files.createTempDirectory("krabkrab-training");
      try {
        train(folder);
      } finally {
        remove(folder);
      }
      return 0;
    } catch (Exception e) {
      LOG.warn("the training run failed", e);
      return 1;
    }
  }

  private static void train(Path folder) throws Exception {
    String token = new SystemIds().uuid();
    Map<String, String> given =
        Map.of("port", "0", "bind", "127.0.0.1", "token", token, "state-dir", folder.toString());
    LaunchPlan plan =
        new LaunchPlan(
            InstanceSettings.load(given, Map.of(), Json.object(), "training"),
            InstanceSecrets.load(given, Map.of()),
            Json.object());
    Telemetry telemetry = Telemetry.off();
    Vertx vertx = GatewayProcess.vertx(telemetry);
    EmbeddedRedis redis = wait(EmbeddedRedis.open(vertx, folder, new SecureRandom()));
    try {
      GatewayInstance gateway = new GatewayInstance(vertx, telemetry, plan, "training");
      wait(gateway.start(RedisSettings.parse(redis.url(), plan.settings().namespace())));
      AotTrainingWorkload.run(gateway.port(), token);
      wait(gateway.stop(Duration.ofSeconds(1).toMillis()));
    } finally {
      wait(vertx.close());
      wait(redis.close());
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
