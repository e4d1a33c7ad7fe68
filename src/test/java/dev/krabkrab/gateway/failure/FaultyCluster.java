package dev.krabkrab.gateway.failure;

import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.WatchedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gateway processes that reach one Redis process over a network of their own each, or servers that
 * sentinels watch.
 */
final class FaultyCluster implements AutoCloseable, AfterAllCallback {
  private static final Duration WARM = Duration.ofSeconds(20);

  private final @Nullable RedisProcess redis;
  private final @Nullable WatchedRedis watched;
  private final List<RedisProxy> networks = new ArrayList<>();
  private final GatewayProcesses gateways;

  private FaultyCluster(RedisProcess redis) {
    this.redis = redis;
    this.watched = null;
    this.gateways = GatewayProcesses.over(redis);
  }

  private FaultyCluster(WatchedRedis watched) {
    this.redis = null;
    this.watched = watched;
    this.gateways = GatewayProcesses.over(watched);
  }

  /** Instances that accept connections when this returns; {@code redis} ends with them. */
  static FaultyCluster start(int count, RedisProcess redis) {
    return start(count, redis, Map.of());
  }

  /** The same with more environment variables for each. */
  static FaultyCluster start(int count, RedisProcess redis, Map<String, String> more) {
    FaultyCluster cluster = new FaultyCluster(redis);
    for (int i = 0; i < count; i++) {
      RedisProxy network = RedisProxy.to(redis.port());
      cluster.networks.add(network);
      String url = redis.url().replaceFirst(":\\d+$", ":" + network.port());
      Map<String, String> environment = new HashMap<>(more);
      environment.put("KRABKRAB_REDIS_URL", url);
      environment.put("KRABKRAB_DRAIN_BUDGET_MS", "4000");
      cluster.gateways.add(environment);
    }
    cluster.gateways.awaitAll();
    return cluster;
  }

  /**
   * The same over servers that sentinels watch, where what was answered is in a replica too.
   * Nothing lies in between.
   *
   * @param more environment variables for each
   */
  static FaultyCluster start(int count, WatchedRedis watched, Map<String, String> more) {
    FaultyCluster cluster = new FaultyCluster(watched);
    for (int i = 0; i < count; i++) {
      Map<String, String> environment = new HashMap<>(more);
      environment.put("KRABKRAB_REDIS_MIN_REPLICAS_ACK", "1");
      environment.put("KRABKRAB_DRAIN_BUDGET_MS", "4000");
      cluster.gateways.add(environment);
    }
    cluster.gateways.awaitAll();
    return cluster;
  }

  RedisProcess redis() {
    return Objects.requireNonNull(redis, "there are several");
  }

  /** The servers that sentinels watch. */
  WatchedRedis watched() {
    return Objects.requireNonNull(watched, "there are no sentinels");
  }

  /** What lies between an instance and Redis. */
  RedisProxy network(int instance) {
    return networks.get(instance);
  }

  GatewayProcesses gateways() {
    return gateways;
  }

  /** Puts everything right again. */
  void heal() {
    networks.forEach(RedisProxy::pass);
    gateways.repair();
  }

  /**
   * Connects to every instance once: what a young JVM has to load for it would otherwise count as a
   * blocked event loop when the first client comes late.
   */
  void warm() {
    for (int i = 0; i < gateways.size(); i++) {
      int port = gateways.port(i);
      await()
          .atMost(WARM)
          .ignoreExceptions()
          .until(
              () -> {
                try (WireClient client =
                    WireClient.connect(port, TestDevice.fresh(), Profile.admin())) {
                  return Calls.ok(client.call("health", "{}"));
                }
              });
    }
  }

  /** Lets a fault last. */
  static void last(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Ends with the test class whose extension it is. */
  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    gateways.close();
    networks.forEach(RedisProxy::close);
  }
}
