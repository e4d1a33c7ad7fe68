package dev.krabkrab.gateway.agent.skills;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;

/** One skill as {@code skills.status} shows it. Protocol 03 §18. */
final class SkillRow {
  /** Clients group skills by these. */
  private static final String SOURCE = "openclaw-managed";

  private SkillRow() {}

  static ObjectNode of(Skill skill, HostEnvironment around) {
    boolean disabled = around.isDisabled(skill);
    SkillRequirements missing = around.missing(skill);
    ObjectNode json =
        Json.object()
            .put("name", skill.name())
            .put("description", skill.description())
            .put("source", SOURCE)
            .put("filePath", skill.file().toString())
            .put("baseDir", String.valueOf(skill.file().getParent()))
            .put("skillKey", skill.key());
    Json.putIfPresent(json, "primaryEnv", skill.primaryEnv());
    Json.putIfPresent(json, "emoji", skill.emoji());
    Json.putIfPresent(json, "homepage", skill.homepage());
    json.put("always", skill.always())
        .put("disabled", disabled)
        .put("blockedByAllowlist", false)
        .put("eligible", around.isEligible(skill));
    json.set("requirements", skill.needs().toJson());
    json.set("missing", missing.toJson());
    ArrayNode checks = json.putArray("configChecks");
    for (String path : skill.needs().config()) {
      // Whether it is set, not what to: it may be a secret, and reading is enough to see this.
      boolean set = around.isSet(path);
      checks.addObject().put("path", path).put("value", set).put("satisfied", set);
    }
    // None: an image brings its programs with it.
    json.putArray("install");
    return json;
  }
}
