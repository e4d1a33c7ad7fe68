package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.RedisRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Settings in the words of the Vert.x client. */
final class ClientOptions {

  private ClientOptions() {}

  /** Options for connection attempt number {@code attempt}, from 0. */
  static RedisOptions of(RedisSettings settings, int attempt) {
    List<String> endpoints = startingWith(settings.endpoints(), attempt);
    RedisOptions options =
        new RedisOptions()
            .setNetClientOptions(net(settings, endpoints.getFirst()))
            .setMaxWaitingHandlers(RedisSettings.MAX_WAITING)
            .setPoolCleanerInterval(-1)
            .setPoolRecycleTimeout(-1);
    return switch (settings.mode()) {
      case STANDALONE ->
          options.setType(RedisClientType.STANDALONE).setConnectionString(endpoints.getFirst());
      case SENTINEL ->
          options
              .setType(RedisClientType.SENTINEL)
              .setRole(RedisRole.MASTER)
              .setMasterName(settings.masterName())
              .setEndpoints(endpoints);
      case CLUSTER ->
          options
              .setType(RedisClientType.CLUSTER)
              .setUseReplicas(RedisReplicas.NEVER)
              .setEndpoints(endpoints);
    };
  }

  private static NetClientOptions net(RedisSettings settings, String endpoint) {
    NetClientOptions net =
        new NetClientOptions()
            .setTcpKeepAlive(true)
            .setTcpNoDelay(true)
            .setConnectTimeout((int) settings.commandTimeout().toMillis());
    if (endpoint.startsWith("rediss:")) {
      net.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
      Path trusted = settings.trustedCertificates();
      if (trusted != null) {
        net.setTrustOptions(new PemTrustOptions().addCertPath(trusted.toString()));
      }
    }
    return net;
  }

  /** Another endpoint first in each attempt: a dead first one may use up an attempt's time. */
  private static List<String> startingWith(List<String> endpoints, int attempt) {
    List<String> rotated = new ArrayList<>(endpoints);
    Collections.rotate(rotated, -attempt);
    return rotated;
  }
}
