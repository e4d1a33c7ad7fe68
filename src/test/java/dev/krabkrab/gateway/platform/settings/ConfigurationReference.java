package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes {@code docs/reference/configuration.md} from schema, hints and facts. */
final class ConfigurationReference {
  private static final String HEAD =
      """
      # Every setting

      Made from the schema; do not edit it by hand: `ConfigurationReferenceTest` compares it, and writes it anew with
      `-Dkrabkrab.rewrite=true`. The example with words around it is
      [gateway.example.json5](../../conf/gateway.example.json5); how the two kinds of settings belong together is
      [ADR 3](../adr/0003-two-kinds-of-settings.md).

      - `*` stands for any name, or for each entry of a list.
      - *Takes effect*: `at once` means on every instance, as soon as a change is written. What is read `at the start of an
        instance` belongs in its file (`--config`), its environment or its flags; in the gateway document it changes
        nothing, and every write that puts it there is answered with a warning.
      - A key that is not on this page is refused, with the key that was probably meant; so is a value outside a list of
        values. Keys that other gateways of this protocol have are accepted with a warning: see the end.
      """;

  private final SettingsSchema schema = SettingsSchema.load();
  private final StringBuilder page = new StringBuilder(HEAD);

  private ConfigurationReference() {}

  static String text() {
    ConfigurationReference reference = new ConfigurationReference();
    reference.instance();
    reference.document();
    reference.foreign();
    return reference.page.toString();
  }

  private void instance() {
    page.append(
        "\n"
            + "## Of one instance\n\n"
            + "Never part of the gateway document; a write that has them leaves them out.\n");
    table(InstanceSections.schema(), List.of(), true);
  }

  private void document() {
    List<Map.Entry<String, JsonNode>> sections =
        new ArrayList<>(schema.document().path("properties").properties());
    sections.sort(Comparator.comparingInt(section -> order(section.getKey())));
    for (Map.Entry<String, JsonNode> section : sections) {
      String label = schema.hints().path(section.getKey()).path("label").asText();
      page.append("\n## `").append(section.getKey()).append('`');
      page.append(label.isEmpty() ? "" : ": " + label.toLowerCase(Locale.ROOT)).append('\n');
      table(section.getValue(), List.of(section.getKey()), false);
    }
  }

  private int order(String section) {
    return schema.hints().path(section).path("order").asInt(1_000);
  }

  private void table(JsonNode node, List<String> path, boolean instance) {
    page.append("\n| Key | Type | Default | Since | Takes effect | |\n|---|---|---|---|---|---|\n");
    rows(node, path, instance);
  }

  private void rows(JsonNode node, List<String> path, boolean instance) {
    List<String> below = new ArrayList<>(path);
    below.add("");
    boolean leaf = !path.isEmpty() && !node.has("properties");
    boolean either = SchemaTypes.of(node).size() > 1;
    JsonNode inner = node.has("items") ? node.path("items") : node.path("additionalProperties");
    if ((leaf && !inner.has("properties")) || either || (leaf && inner.isObject())) {
      row(node, path, instance);
    }
    for (Map.Entry<String, JsonNode> field : node.path("properties").properties()) {
      below.set(path.size(), field.getKey());
      rows(field.getValue(), below, instance);
    }
    below.set(path.size(), "*");
    if (inner.has("properties")) {
      rows(inner, below, instance);
    } else if (schema.hints().has(String.join(".", below))) {
      row(inner, below, instance);
    }
  }

  private void row(JsonNode node, List<String> path, boolean instance) {
    SettingFacts facts = schema.facts();
    JsonNode hint = schema.hints().path(String.join(".", path));
    String effect = instance ? SettingFacts.Effect.START.words() : facts.effect(path).words();
    String note = instance ? null : facts.note(path);
    String help =
        node.path("description").asText(hint.path("help").asText(hint.path("label").asText()));
    page.append("| `")
        .append(String.join(".", path))
        .append("` | ")
        .append(type(node))
        .append(" | ")
        .append(standard(node, path))
        .append(" | ")
        .append(facts.since(path))
        .append(" | ")
        .append(cell(effect + (note == null ? "" : "; " + note)))
        .append(" | ")
        .append(cell(help))
        .append(" |\n");
  }

  private String standard(JsonNode node, List<String> path) {
    if (node.has("default")) {
      return "`" + Json.text(node.path("default")) + "`";
    }
    String otherwise = schema.facts().otherwise(path);
    return otherwise == null ? "–" : cell(otherwise);
  }

  private static String type(JsonNode node) {
    if (node.has("enum")) {
      return StreamSupport.stream(node.path("enum").spliterator(), false)
          .map(value -> "`" + value.asText() + "`")
          .collect(Collectors.joining(", "));
    }
    String types =
        SchemaTypes.of(node).stream()
            .map(type -> named(type, node))
            .collect(Collectors.joining(" or "));
    String range =
        (node.has("minimum") ? " from " + node.path("minimum").asText() : "")
            + (node.has("maximum") ? " to " + node.path("maximum").asText() : "");
    return types + range;
  }

  private static String named(String type, JsonNode node) {
    return switch (type) {
      case "string" -> "text";
      case "integer" -> "whole number";
      case "boolean" -> "`true`, `false`";
      case "array" ->
          "list of "
              + (node.path("items").has("properties") ? "objects" : type(node.path("items")));
      case "object" -> node.path("additionalProperties").isObject() ? "object by name" : "object";
      default -> type;
    };
  }

  private void foreign() {
    page.append(
        """

        ## Keys of other gateways

        Documents of other gateways of this protocol have them, and this one has nothing for them. They are accepted, with
        whatever stands below them, and change nothing; every write that has one is answered with a warning. What stands
        for a channel stands for its accounts, too.

        """);
    Map<String, List<String>> sections =
        schema.foreign().paths().stream()
            .collect(
                Collectors.groupingBy(
                    List::getFirst,
                    TreeMap::new,
                    Collectors.mapping(path -> String.join(".", path), Collectors.toList())));
    sections.forEach(
        (section, keys) ->
            page.append(keys.stream().sorted().collect(Collectors.joining("`, `", "- `", "`\n"))));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
