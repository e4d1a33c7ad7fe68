package dev.krabkrab.gateway.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a new namespace starts with. */
final class Seed {
  /** Sections of a configuration file that belong to one instance and stay out of the document. */
  private static final List<String> INSTANCE_ONLY = List.of("redis", "telemetry");

  private Seed() {}

  /**
   * The document made of a configuration file, see {@link #complete}.
   *
   * @throws IllegalArgumentException when the file's shared part is invalid
   */
  static GatewayDocument document(
      ObjectNode file, @Nullable String token, List<DocumentRule> rules) {
    SettingsSchema schema = SettingsSchema.load().with(rules);
    ArrayNode hidden = HiddenSecrets.issues(schema.secrets(), file);
    if (!hidden.isEmpty()) {
      throw new IllegalArgumentException("invalid config: " + SettingsIssues.text(hidden));
    }
    ObjectNode content = complete(file, token);
    ArrayNode issues = schema.issues(content, MissingNode.getInstance());
    if (!issues.isEmpty()) {
      throw new IllegalArgumentException("invalid config: " + SettingsIssues.text(issues));
    }
    return GatewayDocument.of(content);
  }

  /**
   * A copy of the shared part of a configuration file.
   *
   * @param token becomes the shared token when the content needs one and has none; null to add
   *     nothing
   */
  static ObjectNode complete(ObjectNode file, @Nullable String token) {
    ObjectNode content = file.deepCopy();
    content.remove(INSTANCE_ONLY);
    GatewaySettings settings = GatewaySettings.of(content);
    boolean needsToken =
        settings.authMode().equals(GatewaySettings.MODE_TOKEN) && !settings.isGuarded();
    if (token != null && needsToken) {
      child(child(content, "gateway"), "auth").put("token", token);
    }
    return content;
  }

  private static ObjectNode child(ObjectNode parent, String name) {
    return parent.get(name) instanceof ObjectNode object ? object : parent.putObject(name);
  }
}
