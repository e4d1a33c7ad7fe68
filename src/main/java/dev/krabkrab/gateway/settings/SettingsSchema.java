package dev.krabkrab.gateway.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.krabkrab.gateway.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What a gateway document may contain, and how a form shows it. Immutable. Protocol 03 §9.
 *
 * <p>Unknown names are refused at the top and inside {@code gateway}; the other sections belong to
 * their features and take anything.
 */
public final class SettingsSchema {
  private final ObjectNode document;
  private final ObjectNode hints;
  private final Schema schema;

  private SettingsSchema(ObjectNode document, ObjectNode hints, Schema schema) {
    this.document = document;
    this.hints = hints;
    this.schema = schema;
  }

  /** Reads and compiles the schema resource; done once, at start. */
  public static SettingsSchema load() {
    SchemaRegistry registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().losslessNarrowing(true).build()));
    ObjectNode document = resource("schema/config.json");
    Schema schema = registry.getSchema(document);
    schema.initializeValidators();
    return new SettingsSchema(document, resource("schema/config-hints.json"), schema);
  }

  /** Returns what is wrong, as {@code {path, message}} entries; empty when valid. */
  public ArrayNode issues(JsonNode content) {
    if (schema.validate(content, OutputFormat.BOOLEAN)) {
      return AuthSettings.issues(content.at("/gateway/auth"));
    }
    ArrayNode issues = SettingsIssues.of(document, content);
    // The verdict stands even if no cause could be named.
    return issues.isEmpty() ? SettingsIssues.unexplained() : issues;
  }

  /** The schema itself; callers must not change it. */
  ObjectNode document() {
    return document;
  }

  /** Labels, help and order by key; callers must not change them. */
  ObjectNode hints() {
    return hints;
  }

  private static ObjectNode resource(String name) {
    try (InputStream in = SettingsSchema.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + name + " cannot be read", e);
    }
  }
}
