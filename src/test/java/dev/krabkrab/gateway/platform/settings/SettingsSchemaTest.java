package dev.krabkrab.gateway.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The form that clients build from schema and hints. Protocol 03 §9. */
class SettingsSchemaTest {
  static final Set<String> FIELDS =
      Set.of(
          "label",
          "help",
          "group",
          "order",
          "advanced",
          "sensitive",
          "placeholder",
          "itemTemplate");

  private static final Pattern SECRET = Pattern.compile(".*(?:token|password|apikey|secret)");

  private final SettingsSchema schema = SettingsSchema.load();

  @Test
  void everyHintIsOfSomethingTheSchemaHas() {
    schema
        .hints()
        .properties()
        .forEach(
            hint -> {
              assertThat(FIELDS).containsAll(names(hint.getValue()));
              assertThat(at(hint.getKey()).isObject()).as(hint.getKey()).isTrue();
            });
  }

  @Test
  void everySectionHasALabel() {
    List<String> sections = names(schema.document().path("properties"));
    sections.remove("$schema");
    assertThat(sections)
        .hasSize(31)
        .allSatisfy(name -> assertThat(schema.hints().path(name).has("label")).as(name).isTrue());
  }

  /** Clients make a form of it, and can show neither what has no type nor lists of anything. */
  @Test
  void everyKeyCanBeShownInAForm() {
    List<String> keys = new ArrayList<>();
    keys("", schema.document(), keys);
    assertThat(keys)
        .hasSizeGreaterThan(400)
        .allSatisfy(
            key -> {
              JsonNode known = at(key);
              assertThat(known.has("type")).as("type of " + key).isTrue();
              if (known.path("type").asText().equals("array")) {
                assertThat(known.path("items").has("type")).as("items of " + key).isTrue();
              }
            });
  }

  @Test
  void everyValueHasALabel() {
    List<String> keys = new ArrayList<>();
    keys("", schema.document(), keys);
    keys.removeIf(key -> key.matches("\\$schema|meta[.].*|wizard[.].*|.*[.][*]"));
    keys.removeIf(key -> at(key).has("properties") || at(key).has("additionalProperties"));
    assertThat(keys)
        .hasSizeGreaterThan(300)
        .allSatisfy(key -> assertThat(schema.hints().path(key).has("label")).as(key).isTrue());
  }

  /** The example shows defaults; so do forms. */
  @Test
  void theExampleHasKnownKeysAndTheirDefaults() throws IOException {
    ObjectNode example =
        (ObjectNode) Json5.parse(Files.readString(Path.of("conf/gateway.example.json5")));
    // Read by the instance itself, and never part of the document.
    example.remove(List.of("stateDir", "namespace", "redis", "telemetry"));
    assertThat(example.size()).isGreaterThan(5);
    compare("", example, schema.document());
  }

  private static void compare(String path, JsonNode value, JsonNode known) {
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String below = path + "/" + entry.getKey();
      JsonNode schema = known.path("properties").path(entry.getKey());
      assertThat(schema.isObject()).as(below).isTrue();
      if (entry.getValue().isObject()) {
        compare(below, entry.getValue(), schema);
      } else if (entry.getValue().isValueNode()) {
        assertThat(schema.path("default")).as(below).isEqualTo(entry.getValue());
      }
    }
  }

  private static void keys(String path, JsonNode schema, List<String> keys) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String below = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
      keys.add(below);
      keys(below, property.getValue(), keys);
    }
    for (String others : List.of("items", "additionalProperties")) {
      if (schema.path(others).isObject()) {
        keys.add(path + ".*");
        keys(path + ".*", schema.path(others), keys);
      }
    }
  }

  /** Clients hide what a hint calls sensitive. */
  @Test
  void everySecretIsCalledOne() {
    List<String> secrets = new ArrayList<>();
    collect("", schema.document(), secrets);
    assertThat(secrets)
        .contains("gateway.auth.token", "models.providers.*.apiKey")
        .contains("channels.slack.appToken", "channels.webhook.accounts.*.secret")
        .allSatisfy(
            path ->
                assertThat(schema.hints().path(hinted(path)).path("sensitive").asBoolean())
                    .as(path)
                    .isTrue());
  }

  /** The list of named tokens is hidden as a whole. */
  private static String hinted(String path) {
    return path.startsWith("gateway.auth.tokens.") ? "gateway.auth.tokens" : path;
  }

  private static void collect(String path, JsonNode schema, List<String> secrets) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String below = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
      String name = property.getKey().toLowerCase(Locale.ROOT);
      boolean text = property.getValue().path("type").asText().equals("string");
      if (text && SECRET.matcher(name).matches()) {
        secrets.add(below);
      }
      collect(below, property.getValue(), secrets);
    }
    for (String others : List.of("items", "additionalProperties")) {
      if (schema.path(others).isObject()) {
        collect(path + ".*", schema.path(others), secrets);
      }
    }
  }

  private JsonNode at(String path) {
    return at(schema.document(), path);
  }

  /** What a schema says of a path, in which a star stands for any name or index. */
  static JsonNode at(JsonNode schema, String path) {
    JsonNode at = schema;
    for (String name : path.split("\\.", -1)) {
      JsonNode others = at.path("additionalProperties");
      at =
          name.equals("*")
              ? (others.isObject() ? others : at.path("items"))
              : at.path("properties").path(name);
    }
    return at;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{agents:{defaults:{model:'a/b',heartbeat:{every:'30m'}}}}",
        "{agents:{defaults:{model:{primary:'a/b',fallbacks:['c/d']},heartbeat:{every:30}}}}",
        "{channels:{telegram:{allowFrom:[1,'2'],groups:[-100123]}}}",
        "{bindings:[{agentId:'a',match:{peer:{kind:'dm',id:5}}}]}",
      })
  void eitherFormIsTaken(String document) {
    assertThat(schema.issues(Json5.parse(document))).isEmpty();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{models:{providers:{p:{apiKey:1}}}} ~ models.providers.p.apiKey",
        "{models:{providers:{p:{models:[{cost:{input:-1}}]}}}} ~"
            + " models.providers.p.models.0.cost.input",
        "{skills:{entries:{s:{env:{A:1}}}}} ~ skills.entries.s.env.A",
        "{messages:{tts:{auto:'loud'}}} ~ messages.tts.auto",
        "{logging:{shared:{maxLines:1}}} ~ logging.shared.maxLines",
        "{channels:{telegram:{groups:{}}}} ~ channels.telegram.groups",
        "{channels:{slack:{accounts:{ops:{dmPolicy:'all'}}}}} ~"
            + " channels.slack.accounts.ops.dmPolicy",
        "{channels:{webhook:{url:1}}} ~ channels.webhook.url",
        "{channels:{telegram:{allowFrom:[true]}}} ~ channels.telegram.allowFrom.0",
        "{agents:{defaults:{model:1}}} ~ agents.defaults.model",
        "{agents:{defaults:{model:{primary:1}}}} ~ agents.defaults.model.primary",
        "{agents:{defaults:{heartbeat:{every:1.5}}}} ~ agents.defaults.heartbeat.every",
        "{hooks:{mappings:[{action:'sing'}]}} ~ hooks.mappings.0.action",
        "{approvals:{exec:{targets:[{channel:1}]}}} ~ approvals.exec.targets.0.channel",
        "{session:{dmScope:'mine'}} ~ session.dmScope",
        "{bindings:[{match:{peer:{kind:'x'}}}]} ~ bindings.0.match.peer.kind",
      })
  void whatIsWrongIsNamed(String document, String path) {
    assertThat(schema.issues(Json5.parse(document)).path(0).path("path").asText()).isEqualTo(path);
    assertThat(Json.text(schema.issues(Json5.parse(document)))).doesNotContain("Invalid input\"");
  }
}
