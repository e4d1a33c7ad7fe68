package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.cli.GatewayFlags;
import dev.krabkrab.gateway.platform.config.InstanceFile;
import dev.krabkrab.gateway.platform.config.InstanceSecrets;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.settings.InstanceSections;
import dev.krabkrab.gateway.platform.settings.InvalidDocumentException;
import dev.krabkrab.gateway.platform.settings.SettingsFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plan of one start: its own settings, its secrets, and what seeds the gateway document of a
 * namespace that has none.
 *
 * @param file the configuration file; null when there is none
 */
record LaunchPlan(
    InstanceSettings settings,
    InstanceSecrets secrets,
    ObjectNode seed,
    @Nullable SettingsFile file) {

  /** One without a file. */
  LaunchPlan(InstanceSettings settings, InstanceSecrets secrets, ObjectNode seed) {
    this(settings, secrets, seed, null);
  }

  /**
   * Reads the file, the environment and the flags.
   *
   * @throws InvalidSettingException with words for the user
   */
  static LaunchPlan read(GatewayFlags flags, Map<String, String> environment, String suffix) {
    Map<String, String> given = given(flags);
    InstanceFile.Read read = InstanceFile.read(flags.config(), environment);
    SettingsFile file = new SettingsFile(read.name(), read.text(), read.content());
    List<String> problems = read.name().isEmpty() ? List.of() : file.problems();
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(String.join("\n  ", problems));
    }
    InstanceSettings settings = settings(file, given, environment, suffix);
    ObjectNode seed = read.content().deepCopy();
    // They may hold secrets.
    InstanceSections.takeOut(seed);
    return new LaunchPlan(settings, InstanceSecrets.load(given, environment), seed, file);
  }

  private static InstanceSettings settings(
      SettingsFile file,
      Map<String, String> given,
      Map<String, String> environment,
      String suffix) {
    try {
      return InstanceSettings.load(given, environment, file.content(), suffix);
    } catch (InvalidSettingException e) {
      if (e.isOfFile()) {
        ArrayNode one = Json.array();
        one.addObject().put("path", e.key()).put("message", e.problem());
        throw new InvalidSettingException(file.located(one).getFirst());
      }
      throw e;
    }
  }

  /** What is wrong with the document that the file would make, with the places in the file. */
  String explain(InvalidDocumentException bad) {
    return file == null || file.name().isEmpty()
        ? String.valueOf(bad.getMessage())
        : String.join("\n  ", file.located(bad.issues()));
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
