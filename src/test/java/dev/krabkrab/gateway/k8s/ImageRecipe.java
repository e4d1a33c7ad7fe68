package dev.krabkrab.gateway.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the last stage of the Dockerfile tells a container engine.
 *
 * @param command ENTRYPOINT with CMD
 * @param healthCheck the command of HEALTHCHECK
 * @param environment ENV
 * @param user USER
 */
record ImageRecipe(
    List<String> command, List<String> healthCheck, Map<String, String> environment, String user) {
  private static final Pattern INSTRUCTION = Pattern.compile("(?m)^([A-Z]+)\\s+(.*)$");
  private static final ObjectMapper JSON = new ObjectMapper();

  static ImageRecipe read(Path dockerfile) throws IOException {
    String text = Files.readString(dockerfile).replaceAll("\\\\\\R\\s*", "");
    String stage = text.substring(text.lastIndexOf("\nFROM ") + 1);
    List<String> entrypoint = List.of();
    List<String> arguments = List.of();
    List<String> healthCheck = List.of();
    Map<String, String> environment = new LinkedHashMap<>();
    String user = "root";
    Matcher line = INSTRUCTION.matcher(stage);
    while (line.find()) {
      String rest = line.group(2);
      switch (line.group(1)) {
        case "ENTRYPOINT" -> entrypoint = execForm(rest);
        case "CMD" -> arguments = execForm(rest);
        case "HEALTHCHECK" -> healthCheck = execForm(rest.substring(rest.indexOf("CMD ") + 4));
        case "ENV" ->
            environment.put(
                rest.substring(0, rest.indexOf('=')), rest.substring(rest.indexOf('=') + 1));
        case "USER" -> user = rest;
        default -> {}
      }
    }
    List<String> command = new ArrayList<>(entrypoint);
    command.addAll(arguments);
    return new ImageRecipe(command, healthCheck, environment, user);
  }

  /** The shell form would need a shell, and is refused by this parser. */
  private static List<String> execForm(String json) throws JsonProcessingException {
    return JSON.readValue(json, new TypeReference<List<String>>() {});
  }
}
