package dev.krabkrab.gateway.agent.skills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One skill as its file describes it.
 *
 * @param key what {@code skills.entries} of the gateway document calls it
 * @param primaryEnv the variable its key goes into, or null
 * @param always it needs nothing to be used
 * @param installBins programs that its installers would bring
 */
record Skill(
    String name,
    String description,
    String key,
    @Nullable String homepage,
    @Nullable String emoji,
    @Nullable String primaryEnv,
    boolean always,
    SkillRequirements needs,
    Set<String> installBins,
    Path file) {
  Skill {
    installBins = Set.copyOf(installBins);
  }

  /**
   * Reads the head of a file.
   *
   * @param metadata the part of it that is for gateways
   */
  static Skill of(Path file, ObjectNode head, JsonNode metadata) {
    Path parent = file.toAbsolutePath().getParent();
    String folder = parent == null ? "" : String.valueOf(parent.getFileName());
    String name = Json.nonBlank(head, "name");
    String called = name == null ? folder : name;
    String description = Json.nonBlank(head, "description");
    String key = Json.nonBlank(metadata, "skillKey");
    String homepage = Json.nonBlank(metadata, "homepage");
    Set<String> bins = new LinkedHashSet<>();
    metadata
        .path("install")
        .forEach(option -> bins.addAll(SkillRequirements.texts(option.path("bins"))));
    return new Skill(
        called,
        description == null ? "" : description,
        key == null ? called : key,
        homepage == null ? Json.nonBlank(head, "homepage") : homepage,
        Json.nonBlank(metadata, "emoji"),
        Json.nonBlank(metadata, "primaryEnv"),
        metadata.path("always").asBoolean(),
        SkillRequirements.of(metadata),
        bins,
        file);
  }
}
