package dev.krabkrab.gateway.agent.skills;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.DocumentValues;
import java.util.List;

/**
 * Settings of skills: {@code skills} of the gateway document.
 *
 * @param bins {@code skills.bins}: programs that skills may need; trimmed, without blanks
 */
public record SkillSettings(List<String> bins) {
  public SkillSettings {
    bins = List.copyOf(bins);
  }

  /** Reads the document. */
  public static SkillSettings of(JsonNode document) {
    return new SkillSettings(DocumentValues.texts(document.at("/skills/bins")));
  }
}
