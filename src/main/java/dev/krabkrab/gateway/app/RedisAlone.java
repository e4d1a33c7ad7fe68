package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.cli.RedisFlags;
import dev.krabkrab.gateway.cli.RedisLauncher;
import dev.krabkrab.gateway.platform.config.InstanceFile;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.redis.EmbeddedRedis;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/** Runs the embedded Redis without a gateway, for gateways of the same state directory to join. */
public final class RedisAlone implements RedisLauncher {
  private static final int START_SECONDS = 30;
  private static final int STOP_SECONDS = 5;
  private static final int BAD_SETTING = 2;

  @Override
  public int run(RedisFlags flags) {
    InstanceSettings settings;
    try {
      settings = InstanceFile.settings(flags.config(), System.getenv(), "redis");
    } catch (InvalidSettingException e) {
      System.err.println("krabkrab: " + e.getMessage());
      return BAD_SETTING;
    }
    Path stateDir = flags.stateDir() != null ? flags.stateDir() : settings.stateDir();
    Vertx vertx = Vertx.vertx();
    try {
      EmbeddedRedis redis =
          EmbeddedRedis.open(
                  vertx,
                  stateDir,
                  new SecureRandom(),
                  flags.port() != null ? flags.port() : settings.redisPort())
              .await(START_SECONDS, TimeUnit.SECONDS);
      System.err.println(redis.description());
      redis.advice().ifPresent(System.err::println);
      System.err.println("Gateways started with --state-dir " + stateDir + " use it.");
      return ProcessSignals.run(() -> close(redis));
    } catch (Exception e) {
      System.err.println("krabkrab: " + e.getMessage());
      vertx.close();
      return 1;
    }
  }

  private static void close(EmbeddedRedis redis) {
    try {
      redis.close().await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      System.err.println("krabkrab: Redis did not stop in time");
    }
  }
}
