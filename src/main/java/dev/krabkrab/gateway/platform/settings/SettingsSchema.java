package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What a gateway document may contain, and how a form shows it. Immutable. Protocol 03 §9.
 *
 * <p>Unknown names are refused at the top and inside {@code gateway}; the other sections belong to
 * their features and take anything.
 */
public final class SettingsSchema {
  private final SettingsParts parts;
  private final ObjectNode document;
  private final ObjectNode hints;
  private final Schema schema;
  private final SecretPlaces secrets;
  private final List<DocumentRule> rules;

  private SettingsSchema(
      SettingsParts parts,
      ObjectNode document,
      ObjectNode hints,
      Schema schema,
      List<DocumentRule> rules) {
    this.parts = parts;
    this.document = document;
    this.hints = hints;
    this.schema = schema;
    this.secrets = SecretPlaces.of(hints);
    this.rules = List.copyOf(rules);
  }

  /** Puts together and compiles the parts of all features; blocks; done once, at start. */
  public static SettingsSchema load() {
    SettingsParts parts = SettingsParts.load();
    SchemaRegistry registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().losslessNarrowing(true).build()));
    ObjectNode document = parts.schema();
    Schema schema = registry.getSchema(document);
    schema.initializeValidators();
    return new SettingsSchema(parts, document, parts.hints(), schema, List.of());
  }

  /** The same, with rules that new documents have to keep besides. */
  public SettingsSchema with(List<DocumentRule> more) {
    return new SettingsSchema(parts, document, hints, schema, more);
  }

  /** Returns what is wrong, as {@code {path, message}} entries; empty when valid. */
  public ArrayNode issues(JsonNode content) {
    if (schema.validate(content, OutputFormat.BOOLEAN)) {
      ArrayNode found = Json.array();
      parts.check(content, found);
      return found;
    }
    ArrayNode issues = SettingsIssues.of(document, content);
    // The verdict stands even if no cause could be named.
    return issues.isEmpty() ? SettingsIssues.unexplained() : issues;
  }

  /**
   * What is wrong with a document that is to replace another: its shape, secrets it hides, and
   * rules that the other one kept.
   */
  ArrayNode issues(JsonNode content, JsonNode current) {
    ArrayNode issues = issues(content);
    if (!issues.isEmpty()) {
      return issues;
    }
    issues.addAll(HiddenSecrets.issues(secrets, content));
    ArrayNode before = current.isMissingNode() ? Json.array() : broken(current);
    for (JsonNode issue : broken(content)) {
      if (StreamSupport.stream(before.spliterator(), false).noneMatch(issue::equals)) {
        issues.add(issue);
      }
    }
    return issues;
  }

  /** Where secrets stand. */
  SecretPlaces secrets() {
    return secrets;
  }

  private ArrayNode broken(JsonNode content) {
    ArrayNode found = Json.array();
    rules.forEach(rule -> rule.check(content, found));
    return found;
  }

  /** The schema itself; callers must not change it. */
  ObjectNode document() {
    return document;
  }

  /** Labels, help and order by key; callers must not change them. */
  ObjectNode hints() {
    return hints;
  }
}
