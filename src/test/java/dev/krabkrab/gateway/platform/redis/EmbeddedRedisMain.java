package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/** One process of {@link EmbeddedRedisIT}: opens a state directory, then does as it is told. */
final class EmbeddedRedisMain {

  private EmbeddedRedisMain() {}

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    long start = System.nanoTime();
    EmbeddedRedis redis =
        EmbeddedRedis.open(vertx, Path.of(args[0]), new SecureRandom())
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.println("open " + redis.url() + " " + millis + " " + redis.description());
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      switch (order) {
        case "owner" -> System.out.println("owner " + redis.owner());
        case "close" -> {
          redis.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
          System.out.println("closed");
        }
        default -> throw new IllegalArgumentException(order);
      }
    }
    System.exit(0);
  }
}
