package dev.krabkrab.gateway.e2e;

import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Instances that share one namespace, for a test class; registered as its extension, they end with
 * it.
 */
final class Cluster implements AutoCloseable, AfterAllCallback {
  static final String TOKEN = "krab-token-1";
  static final String TOKEN_CONFIG = "{gateway:{auth:{token:'" + TOKEN + "'}}}";

  /** Header that makes a loopback client a remote one: a stranger's proxy was in between. */
  static final String REMOTE = "X-Forwarded-For: 203.0.113.7";

  private final List<TestGateway> instances = new ArrayList<>();

  private final RedisSettings redis;

  private final List<AutoCloseable> servers = new ArrayList<>();

  private Cluster(RedisSettings redis) {
    this.redis = redis;
  }

  static Cluster of(int size, String config) {
    return of(size, config, Map.of());
  }

  static Cluster of(int size, String config, Map<String, String> environment) {
    return of(size, TestRedis.settings(), config, environment);
  }

  /** The same on a Redis of their own. */
  static Cluster of(int size, RedisSettings redis, String config, Map<String, String> environment) {
    Cluster cluster = new Cluster(redis);
    for (int i = 0; i < size; i++) {
      cluster.instances.add(TestGateway.start(cluster.redis, config, environment));
    }
    return cluster;
  }

  TestGateway instance(int index) {
    return instances.get(index);
  }

  int port(int index) {
    return instances.get(index).port();
  }

  /** What all of them share. */
  RedisSettings redis() {
    return redis;
  }

  /** An operator with every scope, on a paired device of its own. */
  Peer admin(int index) {
    return admin(index, 3);
  }

  Peer admin(int index, int protocol) {
    return Peer.connected(port(index), as(DeviceKeys.fresh(), protocol));
  }

  /** How an operator with this device connects. */
  Connect as(DeviceKeys device, int protocol) {
    return Connect.operator(protocol).device(device).token(TOKEN);
  }

  /** An operator with these scopes and no others. */
  Peer operator(int index, int protocol, String... scopes) {
    return Peer.connected(port(index), as(DeviceKeys.fresh(), protocol).scopes(scopes));
  }

  /** Closes what the instances talk with, once they are gone. */
  Cluster closing(AutoCloseable... more) {
    servers.addAll(List.of(more));
    return this;
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    close();
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  @Override
  public void close() {
    instances.forEach(TestGateway::close);
  }
}
