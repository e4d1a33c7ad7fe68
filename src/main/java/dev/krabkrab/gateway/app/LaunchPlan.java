package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.GatewayFlags;
import dev.krabkrab.gateway.config.InstanceSecrets;
import dev.krabkrab.gateway.config.InstanceSettings;
import dev.krabkrab.gateway.config.InvalidSettingException;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.Json5;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.settings.GatewaySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything one start was asked for: its own settings, its secrets, and what seeds the gateway
 * document of a namespace that has none.
 */
record LaunchPlan(InstanceSettings settings, InstanceSecrets secrets, ObjectNode seed) {
  /** Keys of the file that belong to the instance alone; they may hold secrets. */
  private static final List<String> INSTANCE_KEYS =
      List.of("redis", "stateDir", "namespace", "instance", "telemetry");

  /**
   * Reads the file, the environment and the flags.
   *
   * @throws InvalidSettingException with words for the user
   */
  static LaunchPlan read(GatewayFlags flags, Map<String, String> environment, String suffix) {
    Map<String, String> given = given(flags);
    ObjectNode content = content(flags.config(), environment);
    InstanceSettings settings = InstanceSettings.load(given, environment, content, suffix);
    return new LaunchPlan(
        settings,
        InstanceSecrets.load(given, environment),
        content.deepCopy().without(INSTANCE_KEYS));
  }

  /**
   * Reads the settings alone, for a command that works beside the gateways.
   *
   * @param config the file, or null for the one the environment names, if any
   * @throws InvalidSettingException with words for the user
   */
  static InstanceSettings settings(
      @Nullable Path config, Map<String, String> environment, String suffix) {
    return InstanceSettings.load(Map.of(), environment, content(config, environment), suffix);
  }

  /** A document's settings with what flags and environment put over them. */
  GatewaySettings over(GatewaySettings ofDocument) {
    return ofDocument.withSecretOverride(
        secrets.flagMode(),
        secrets.tokenOver(ofDocument.token()),
        secrets.passwordOver(ofDocument.password()));
  }

  /** The Redis at an address, used as the settings say. */
  static RedisSettings redis(InstanceSettings settings, String url) {
    RedisSettings parsed;
    try {
      parsed = RedisSettings.parse(url, settings.namespace());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("redis.url: " + e.getMessage());
    }
    return parsed.withMinReplicasAck(settings.minReplicasAck()).trusting(settings.redisCa());
  }

  private static ObjectNode content(@Nullable Path config, Map<String, String> environment) {
    String named = environment.get("KRABKRAB_CONFIG");
    if (config != null) {
      return parse(config);
    }
    return named == null || named.isBlank() ? Json.object() : parse(Path.of(named));
  }

  private static ObjectNode parse(Path file) {
    try {
      if (Json5.parse(Files.readString(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new InvalidSettingException(file + " must hold a JSON object");
    } catch (IOException e) {
      throw new InvalidSettingException("cannot read " + file + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(file + ": " + e.getMessage());
    }
  }

  private static Map<String, String> given(GatewayFlags flags) {
    Map<String, String> given = new HashMap<>();
    put(given, "port", flags.port());
    put(given, "bind", flags.bind());
    put(given, "token", flags.token());
    put(given, "password", flags.password());
    put(given, "auth", flags.authMode());
    put(given, "state-dir", flags.stateDir());
    put(given, "namespace", flags.namespace());
    put(given, "redis-url", flags.redisUrl());
    put(given, "redis-port", flags.redisPort());
    put(given, "env-allow", flags.envAllow());
    put(given, "dangerously-open-to-network", flags.openToNetwork());
    put(given, "instance", flags.instance());
    put(given, "management-port", flags.managementPort());
    put(given, "tls", flags.tls());
    put(given, "tls-cert", flags.tlsCert());
    put(given, "tls-key", flags.tlsKey());
    return given;
  }

  private static void put(Map<String, String> given, String name, @Nullable Object value) {
    if (value != null) {
      given.put(name, value.toString());
    }
  }
}
