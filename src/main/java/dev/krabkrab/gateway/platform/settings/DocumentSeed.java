package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
  /** Sections of a configuration file that belong to one instance and stay out of the document. */
  private static final List<String> INSTANCE_ONLY = List.of("redis", "telemetry");

  /**
   * The document made of it.
   *
   * @throws IllegalArgumentException when the file's shared part is invalid
   */
  GatewayDocument document() {
    SettingsSchema keeping = schema.get();
    ArrayNode hidden = HiddenSecrets.issues(keeping.secrets(), file);
    if (!hidden.isEmpty()) {
      throw new IllegalArgumentException("invalid config: " + SettingsIssues.text(hidden));
    }
    ObjectNode shared = file.deepCopy();
    shared.remove(INSTANCE_ONLY);
    ObjectNode content = completion.apply(shared);
    ArrayNode issues = keeping.issues(content, MissingNode.getInstance());
    if (!issues.isEmpty()) {
      throw new IllegalArgumentException("invalid config: " + SettingsIssues.text(issues));
    }
    return GatewayDocument.of(content);
  }
}
