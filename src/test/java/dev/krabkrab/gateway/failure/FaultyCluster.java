package dev.krabkrab.gateway.failure;

import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.redis.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Gateway processes that reach one Redis process over a network of their own each. */
final class FaultyCluster implements AutoCloseable {
  private final RedisProcess redis;
  private final List<RedisProxy> networks = new ArrayList<>();
  private final GatewayProcesses gateways;

  private FaultyCluster(RedisProcess redis) {
    this.redis = redis;
    this.gateways = GatewayProcesses.over(redis);
  }

  /** Instances that accept connections when this returns; {@code redis} ends with them. */
  static FaultyCluster start(int count, RedisProcess redis) {
    FaultyCluster cluster = new FaultyCluster(redis);
    for (int i = 0; i < count; i++) {
      RedisProxy network = RedisProxy.to(redis.port());
      cluster.networks.add(network);
      String url = redis.url().replaceFirst(":\\d+$", ":" + network.port());
      cluster.gateways.add(Map.of("KRABKRAB_REDIS_URL", url, "KRABKRAB_DRAIN_BUDGET_MS", "4000"));
    }
    cluster.gateways.awaitAll();
    return cluster;
  }

  RedisProcess redis() {
    return redis;
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

  /** Lets a fault last. */
  static void last(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    gateways.close();
    networks.forEach(RedisProxy::close);
  }
}
