package dev.krabkrab.gateway.e2e;

import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests on two instances that share a namespace, with an operator of every scope on each, for as
 * long as the class runs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TwoInstances {
  private final Deque<AutoCloseable> servers = new ArrayDeque<>();

  Cluster cluster;

  /** Connected to the first. */
  Peer a;

  /** Connected to the second. */
  Peer b;

  /** The configuration of both. */
  String config() {
    return Cluster.TOKEN_CONFIG;
  }

  /** Environment variables of both. */
  Map<String, String> environment() throws Exception {
    return Map.of();
  }

  /** What both talk to. */
  RedisSettings redis() {
    return TestRedis.settings();
  }

  /** A configuration with more than who gets in. */
  static String config(String settings) {
    return config("", settings);
  }

  /** The same with more of what it says about the gateway. */
  static String config(String gateway, String settings) {
    return "{gateway:{auth:{token:'" + Cluster.TOKEN + "'}" + gateway + "}," + settings + "}";
  }

  /** Closes what the instances talk with, once they are gone. */
  final <T extends AutoCloseable> T closing(T server) {
    servers.push(server);
    return server;
  }

  @BeforeAll
  final void startInstances() throws Exception {
    cluster = Cluster.of(2, redis(), config(), environment());
    a = cluster.admin(0);
    b = cluster.admin(1);
  }

  @AfterAll
  final void stopInstances() throws Exception {
    a.close();
    b.close();
    cluster.close();
    for (AutoCloseable server : servers) {
      server.close();
    }
  }
}
