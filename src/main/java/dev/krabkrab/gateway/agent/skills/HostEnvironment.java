package dev.krabkrab.gateway.agent.skills;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host that skills run on: its platform, programs and variables. Looks into the file system.
 *
 * @param environment variables of this process
 * @param os the system by the name clients know
 * @param document the gateway document
 */
record HostEnvironment(Map<String, String> environment, String os, JsonNode document) {
  private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9._+-]{1,64}");

  /** What the skill lacks. */
  SkillRequirements missing(Skill skill) {
    SkillRequirements needs = skill.needs();
    boolean any = needs.anyBins().stream().anyMatch(this::hasProgram);
    return new SkillRequirements(
        needs.bins().stream().filter(bin -> !hasProgram(bin)).toList(),
        any ? List.of() : needs.anyBins(),
        needs.env().stream().filter(name -> !hasVariable(skill, name)).toList(),
        needs.config().stream().filter(path -> !isSet(path)).toList(),
        needs.os().isEmpty() || needs.os().contains(os) ? List.of() : needs.os());
  }

  /** Whether {@code skills.entries} switches it off. */
  boolean isDisabled(Skill skill) {
    JsonNode enabled = entry(skill).path("enabled");
    return enabled.isBoolean() && !enabled.booleanValue();
  }

  /** Whether it may be used: it is on, and lacks nothing. */
  boolean isEligible(Skill skill) {
    return !isDisabled(skill) && (skill.always() || missing(skill).isEmpty());
  }

  /** What {@code skills.entries} says of the skill. */
  JsonNode entry(Skill skill) {
    return document.path("skills").path("entries").path(skill.key());
  }

  /** The value at a dotted path of the gateway document. */
  JsonNode value(String path) {
    JsonNode at = document;
    for (String name : path.split("\\.", -1)) {
      at = at.path(name);
    }
    return at;
  }

  /** Whether there is a value that counts as true in a script. */
  boolean isSet(String path) {
    JsonNode value = value(path);
    return switch (value.getNodeType()) {
      case MISSING, NULL -> false;
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.doubleValue() != 0;
      case STRING -> !value.textValue().isBlank();
      default -> true;
    };
  }

  private boolean hasVariable(Skill skill, String name) {
    JsonNode entry = entry(skill);
    boolean byKey = name.equals(skill.primaryEnv()) && !entry.path("apiKey").asText("").isBlank();
    return byKey
        || !entry.path("env").path(name).asText("").isBlank()
        || !environment.getOrDefault(name, "").isBlank();
  }

  private boolean hasProgram(String name) {
    if (!PROGRAM.matcher(name).matches()) {
      return false;
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path program = program(folder, name);
      if (program != null && Files.isRegularFile(program) && Files.isExecutable(program)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Path program(String folder, String name) {
    try {
      return folder.isEmpty() ? null : Path.of(folder, name);
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
