package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The first document of a namespace that has none.
 *
 * @param file a configuration file, may be empty
 * @param completion adds what the file's shared part lacks; changes and returns what it is given
 * @param schema what the document must keep; asked for only when a document is made
 */
public record DocumentSeed(
    ObjectNode file, UnaryOperator<ObjectNode> completion, Supplier<SettingsSchema> schema) {
  /**
   * The document made of it.
   *
   * @throws IllegalArgumentException when the file's shared part is invalid
   */
  GatewayDocument document() {
    SettingsSchema keeping = schema.get();
    ArrayNode hidden = HiddenSecrets.issues(keeping.secrets(), file);
    if (!hidden.isEmpty()) {
      throw new InvalidDocumentException(hidden);
    }
    ObjectNode shared = file.deepCopy();
    InstanceSections.takeOut(shared);
    takeOutSettings(shared, keeping.facts(), List.of());
    ObjectNode content = completion.apply(shared);
    ArrayNode issues = keeping.issues(content, MissingNode.getInstance());
    if (!issues.isEmpty()) {
      throw new InvalidDocumentException(issues);
    }
    return GatewayDocument.of(content);
  }

  /** What an instance reads when it starts is its own, and would change nothing in there. */
  private static void takeOutSettings(ObjectNode node, SettingFacts facts, List<String> path) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      List<String> below = new ArrayList<>(path);
      below.add(name);
      if (facts.effect(below) == SettingFacts.Effect.START) {
        node.remove(name);
      } else if (node.get(name) instanceof ObjectNode object) {
        takeOutSettings(object, facts, below);
      }
    }
  }
}
