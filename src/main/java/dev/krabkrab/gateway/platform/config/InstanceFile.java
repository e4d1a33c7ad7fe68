package dev.krabkrab.gateway.platform.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.protocol.Json5Places;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    return InstanceSettings.load(
        Map.of(), environment, read(config, environment).content(), suffix);
  }

  /**
   * A file as it was read.
   *
   * @param name empty when there is none
   */
  public record Read(String name, String text, ObjectNode content) {}

  /**
   * Reads the file.
   *
   * @param config the file, or null for the one the environment names, if any
   * @throws InvalidSettingException with words for the user
   */
  public static Read read(@Nullable Path config, Map<String, String> environment) {
    String named = environment.get("KRABKRAB_CONFIG");
    if (config != null) {
      return read(config);
    }
    return named == null || named.isBlank()
        ? new Read("", "", Json.object())
        : read(Path.of(named));
  }

  private static Read read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InvalidSettingException("there is no configuration file " + file);
    } catch (IOException e) {
      throw new InvalidSettingException("cannot read " + file + ": " + e.getMessage());
    }
    try {
      if (Json5.parse(text) instanceof ObjectNode object) {
        return new Read(file.toString(), text, object);
      }
      throw new InvalidSettingException(file + ":1:1: must hold a JSON object");
    } catch (Json5.SyntaxException e) {
      String key = Json5Places.of(text).lastKey();
      throw new InvalidSettingException(
          SafeText.line(
              file
                  + ":"
                  + e.place()
                  + ": "
                  + e.what()
                  + (key.isEmpty() ? "" : ", at or behind " + key)
                  + "; it must be JSON or JSON5"));
    }
  }
}
