package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.platform.protocol.VariableRules;
import dev.krabkrab.gateway.platform.protocol.Variables;
import java.util.List;
import java.util.Map;

/** A document names only variables it may, in the sections where they are filled in. */
public record VariableRule(VariableRules rules) implements DocumentRule {
  private static final List<String> FILLED = List.of("channels", "models");

  @Override
  public void check(JsonNode content, ArrayNode issues) {
    FILLED.forEach(section -> walk(content.path(section), section, issues));
  }

  private void walk(JsonNode node, String path, ArrayNode issues) {
    if (node.isTextual()) {
      for (String name : Variables.names(node.textValue())) {
        if (!rules.allows(name)) {
          issues.addObject().put("path", path).put("message", VariableRules.refusal(name));
        }
      }
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      walk(field.getValue(), path + "." + field.getKey(), issues);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      walk(node.get(i), path + "." + i, issues);
    }
  }
}
