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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What a gateway document may contain, and how a form shows it. Immutable. Protocol 03 §9.
 *
 * <p>Unknown keys are refused wherever the facts do not say why an object takes any; but for those
 * that other gateways of this protocol have ({@link ForeignKeys}). An unknown key that a document
 * has already, from an older or a newer release, may stay.
 */
public final class SettingsSchema {
  private final SettingsParts parts;
  private final Compiled compiled;
  private final SecretPlaces secrets;
  private final List<DocumentRule> rules;

  /** What the parts say together. */
  private record Compiled(
      ObjectNode document,
      ObjectNode hints,
      SettingFacts facts,
      ForeignKeys foreign,
      Schema schema) {}

  private SettingsSchema(SettingsParts parts, Compiled compiled, List<DocumentRule> rules) {
    this.parts = parts;
    this.compiled = compiled;
    this.secrets = SecretPlaces.of(compiled.hints());
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
    return new SettingsSchema(
        parts,
        new Compiled(document, parts.hints(), parts.facts(), ForeignKeys.load(), schema),
        List.of());
  }

  /** The same, with rules that new documents have to keep besides. */
  public SettingsSchema with(List<DocumentRule> more) {
    return new SettingsSchema(parts, compiled, more);
  }

  /** What is wrong with a stored document, as {@code {path, message}} entries; empty when valid. */
  public ArrayNode issues(JsonNode content) {
    return wrong(content, content);
  }

  /**
   * What is wrong with a document that is to replace another: its shape, secrets it hides, and
   * rules that the other one kept.
   */
  ArrayNode issues(JsonNode content, JsonNode current) {
    ArrayNode issues = wrong(content, current);
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

  /**
   * What a document says without effect, and what it names that is not there.
   *
   * @param all also what answers to writes are silent about
   */
  public ArrayNode warnings(JsonNode content, boolean all) {
    ArrayNode found =
        new SettingsWarnings(
                compiled.document(),
                compiled.facts(),
                compiled.foreign(),
                parts.references(content),
                all)
            .of(content);
    parts.warn(content, found);
    return found;
  }

  private ArrayNode wrong(JsonNode content, JsonNode current) {
    List<SettingsIssue> before = current.isMissingNode() ? List.of() : shape(current);
    List<SettingsIssue> issues = new ArrayList<>(shape(content));
    issues.removeIf(issue -> issue.mayStay() && stands(issue, before, content, current));
    if (!issues.isEmpty()) {
      return SettingsIssue.json(issues);
    }
    ArrayNode found = Json.array();
    parts.check(content, found);
    return found;
  }

  /** Whether the other document has it too, in the same place with the same value. */
  private static boolean stands(
      SettingsIssue issue, List<SettingsIssue> before, JsonNode content, JsonNode current) {
    return before.contains(issue) && at(content, issue.place()).equals(at(current, issue.place()));
  }

  private static JsonNode at(JsonNode document, List<String> path) {
    JsonNode node = document;
    for (String key : path) {
      node = node.isArray() ? node.path(Integer.parseInt(key)) : node.path(key);
    }
    return node;
  }

  private List<SettingsIssue> shape(JsonNode content) {
    JsonNode own = compiled.foreign().without(content);
    List<SettingsIssue> issues = SettingsIssues.of(compiled.document(), own);
    // The verdict stands even if no cause could be named.
    return issues.isEmpty() && !compiled.schema().validate(own, OutputFormat.BOOLEAN)
        ? List.of(SettingsIssues.unexplained())
        : issues;
  }

  private ArrayNode broken(JsonNode content) {
    ArrayNode found = Json.array();
    parts.rule(content, found);
    rules.forEach(rule -> rule.check(content, found));
    return found;
  }

  /** Where secrets stand. */
  SecretPlaces secrets() {
    return secrets;
  }

  /** The schema itself; callers must not change it. */
  ObjectNode document() {
    return compiled.document();
  }

  /** Labels, help and order by key; callers must not change them. */
  ObjectNode hints() {
    return compiled.hints();
  }

  /** What else is to be known of settings. */
  SettingFacts facts() {
    return compiled.facts();
  }

  /** Keys of other gateways' documents. */
  ForeignKeys foreign() {
    return compiled.foreign();
  }
}
