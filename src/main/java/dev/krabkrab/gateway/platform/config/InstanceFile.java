package dev.krabkrab.gateway.platform.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration file of one instance, with its environment. */
public final class InstanceFile {
  private InstanceFile() {}

  /**
   * Reads the settings alone, for a command that works beside the gateways.
   *
   * @param config the file, or null for the one the environment names, if any
   * @throws InvalidSettingException with words for the user
   */
  public static InstanceSettings settings(
      @Nullable Path config, Map<String, String> environment, String suffix) {
    return InstanceSettings.load(Map.of(), environment, content(config, environment), suffix);
  }

  /**
   * Reads the file.
   *
   * @param config the file, or null for the one the environment names, if any
   * @throws InvalidSettingException with words for the user
   */
  public static ObjectNode content(@Nullable Path config, Map<String, String> environment) {
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
}
