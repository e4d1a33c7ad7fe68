package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.edge.metrics.Telemetry;
import dev.krabkrab.gateway.platform.config.InstanceSecrets;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One whole instance inside this JVM, with a Vert.x of its own, on a loopback port. */
public final class TestGateway implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final long DRAIN_MS = 300;

  private final Vertx vertx;
  private final GatewayInstance instance;

  private TestGateway(Vertx vertx, GatewayInstance instance) {
    this.vertx = vertx;
    this.instance = instance;
  }

  /**
   * Starts an instance and waits for it.
   *
   * @param config JSON5, as a configuration file holds it; seeds the document of a fresh namespace
   * @param environment variables on top of an empty environment
   */
  public static TestGateway start(
      RedisSettings redis, String config, Map<String, String> environment) {
    return start(redis, config, environment, InstantSource.system());
  }

  /** The same with a clock of its own. */
  public static TestGateway start(
      RedisSettings redis, String config, Map<String, String> environment, InstantSource clock) {
    LaunchPlan plan = plan(config, environment);
    Telemetry telemetry = GatewayProcess.telemetry(plan.settings());
    Vertx vertx = GatewayProcess.vertx(telemetry);
    GatewayInstance instance = new GatewayInstance(vertx, telemetry, plan, "test", clock);
    TestGateway gateway = new TestGateway(vertx, instance);
    try {
      gateway.await(instance.start(redis));
      return gateway;
    } catch (RuntimeException e) {
      gateway.await(vertx.close());
      throw e;
    }
  }

  public static TestGateway start(RedisSettings redis, String config) {
    return start(redis, config, Map.of());
  }

  private static LaunchPlan plan(String config, Map<String, String> environment) {
    ObjectNode content = (ObjectNode) Json5.parse(config);
    Map<String, String> flags = new HashMap<>();
    flags.put("port", Integer.toString(freePort()));
    flags.put("state-dir", Path.of("target", "test-state").toAbsolutePath().toString());
    InstanceSettings settings =
        InstanceSettings.load(flags, environment, content, new SystemIds().uuid().substring(0, 8));
    return new LaunchPlan(settings, InstanceSecrets.load(Map.of(), environment), content);
  }

  public int port() {
    return instance.port();
  }

  /** Port for probes and metrics; 0 unless the configuration asks for one. */
  public int managementPort() {
    return instance.managementPort();
  }

  /** Address for the command line. */
  public String url() {
    return "ws://127.0.0.1:" + port();
  }

  /** Takes its connection from the audit trail, and from the approvals that share it, for good. */
  public void cutTrail() {
    await(instance.audit().beside(RedisLink::close));
  }

  /** Goes down as on SIGTERM, in a short time. */
  @Override
  public void close() {
    await(instance.stop(DRAIN_MS));
    await(vertx.close());
  }

  private static int freePort() {
    try {
      return RedisProcess.freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> void await(Future<T> future) {
    try {
      future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the gateway takes too long", e);
    }
  }
}
