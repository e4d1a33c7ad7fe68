package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.cli.GatewayFlags;
import dev.krabkrab.gateway.platform.config.InstanceFile;
import dev.krabkrab.gateway.platform.config.InstanceSecrets;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
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
    ObjectNode content = InstanceFile.content(flags.config(), environment);
    InstanceSettings settings = InstanceSettings.load(given, environment, content, suffix);
    return new LaunchPlan(
        settings,
        InstanceSecrets.load(given, environment),
        content.deepCopy().without(INSTANCE_KEYS));
  }

  /** A document's settings with what flags and environment put over them. */
  AuthSettings over(AuthSettings ofDocument) {
    return ofDocument.withOverride(
        secrets.flagMode(),
        secrets.tokenOver(ofDocument.secrets().token()),
        secrets.passwordOver(ofDocument.secrets().password()));
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
