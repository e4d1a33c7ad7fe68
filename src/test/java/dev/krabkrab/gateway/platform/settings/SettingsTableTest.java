package dev.krabkrab.gateway.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every setting of every feature. */
class SettingsTableTest {
  private static final SettingsSchema SCHEMA = SettingsSchema.load();
  private static final SettingFacts FACTS = SCHEMA.facts();
  private static final Map<List<String>, JsonNode> NODES = nodes();

  private static Map<List<String>, JsonNode> nodes() {
    Map<List<String>, JsonNode> all = new LinkedHashMap<>();
    collect(SCHEMA.document(), List.of(), all);
    return all;
  }

  private static void collect(JsonNode schema, List<String> path, Map<List<String>, JsonNode> all) {
    all.put(path, schema);
    schema
        .path("properties")
        .properties()
        .forEach(field -> collect(field.getValue(), below(path, field.getKey()), all));
    for (String others : List.of("items", "additionalProperties")) {
      if (schema.path(others).isObject()) {
        collect(schema.path(others), below(path, "*"), all);
      }
    }
  }

  static Stream<List<String>> objects() {
    return NODES.entrySet().stream()
        .filter(node -> SchemaTypes.of(node.getValue()).contains("object"))
        .map(Map.Entry::getKey);
  }

  static Stream<List<String>> closed() {
    return objects()
        .filter(
            path ->
                node(path).path("additionalProperties").equals(Json.object().booleanNode(false)));
  }

  static Stream<List<String>> enums() {
    return NODES.keySet().stream().filter(path -> node(path).has("enum"));
  }

  static Stream<List<String>> told() {
    return FACTS.paths().stream();
  }

  static Stream<List<String>> idle() {
    return told()
        .filter(path -> !NODES.get(path).path("type").asText().isEmpty())
        .filter(
            path ->
                FACTS.effect(path) == SettingFacts.Effect.NONE
                    || FACTS.effect(path) == SettingFacts.Effect.START);
  }

  static Stream<List<String>> references() {
    return told().filter(path -> FACTS.refers(path) != null);
  }

  static Stream<List<String>> foreign() {
    return SCHEMA.foreign().paths().stream();
  }

  @ParameterizedTest
  @MethodSource("objects")
  void anObjectIsClosedOrSaysWhyNot(List<String> path) {
    JsonNode others = node(path).path("additionalProperties");
    String reason = FACTS.open(path);
    assertThat(others.isObject() || others.isBoolean() || reason != null).isTrue();
    if (reason != null) {
      assertThat(reason).hasSizeGreaterThan(20);
      assertThat(others.isMissingNode()).isTrue();
    }
  }

  @Test
  void nearlyAllObjectsAreClosed() {
    assertThat(closed()).hasSizeGreaterThan(60);
    assertThat(objects().filter(path -> FACTS.open(path) != null)).hasSizeLessThan(25);
  }

  /** Refused by its name, with the key that was meant, if there is one. */
  @ParameterizedTest
  @MethodSource("closed")
  void aKeyNobodyKnowsIsRefused(List<String> path) {
    List<String> known = new ArrayList<>();
    node(path).path("properties").fieldNames().forEachRemaining(known::add);
    String meant = known.isEmpty() ? "" : known.getFirst();
    String written = meant + "x";
    assertThat(known).doesNotContain(written);
    ObjectNode document = document(below(path, written), Json.object());

    JsonNode issue = SCHEMA.issues(document, Json.object()).path(0);

    assertThat(issue.path("path").asText()).isEqualTo(dotted(concrete(path)));
    assertThat(issue.path("message").asText())
        .startsWith("Unrecognized key: \"" + written + "\"")
        .contains(known.isEmpty() ? "" : "did you mean");
  }

  @ParameterizedTest
  @MethodSource("enums")
  void aValueOutsideAClosedListIsRefused(List<String> path) {
    assertThat(path).isNotEmpty();
    JsonNode issue = SCHEMA.issues(document(path, TextNode.valueOf("moon")), Json.object()).path(0);
    assertThat(issue.path("path").asText()).isEqualTo(dotted(concrete(path)));
    assertThat(issue.path("message").asText()).startsWith("Invalid option: expected one of ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{models:{providers:{p:{api:'telepathy'}}}} ~ models.providers.p.api",
        "{gateway:{remote:{transport:'pigeon'}}} ~ gateway.remote.transport",
        "{agents:{defaults:{heartbeat:{every:'now and then'}}}} ~ agents.defaults.heartbeat.every",
        "{agents:{list:[{id:'a',heartbeat:{every:'1 week'}}]}} ~ agents.list.0.heartbeat.every",
        "{agents:{list:[{id:'a'},{id:'A'}]}} ~ agents.list.1.id",
        "{agents:{list:[{name:'a'}]}} ~ agents.list.0.id",
      })
  void whatNoSchemaSaysIsRefusedOnlyWhenItIsNew(String text, String path) {
    JsonNode document = Json5.parse(text);
    assertThat(SCHEMA.issues(document, Json.object()).path(0).path("path").asText())
        .isEqualTo(path);
    assertThat(SCHEMA.issues(document)).isEmpty();
    assertThat(SCHEMA.issues(document, document)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("told")
  void factsAreOfSomethingThereIs(List<String> path) {
    assertThat(NODES).containsKey(path);
    assertThat(FACTS.effect(path).words()).isNotEmpty();
  }

  /** The form says the same as the warning. */
  @Test
  void whatFormsSayIsNotUsedHasNoEffect() {
    List<String> unused = new ArrayList<>();
    SCHEMA
        .hints()
        .properties()
        .forEach(
            hint -> {
              String help = hint.getValue().path("help").asText();
              List<String> path = List.of(hint.getKey().split("\\."));
              if (help.startsWith("Accepted and not used")) {
                unused.add(hint.getKey());
                assertThat(FACTS.effect(path))
                    .as(hint.getKey())
                    .isEqualTo(SettingFacts.Effect.NONE);
              }
              if (help.contains("ead when an instance starts")) {
                assertThat(FACTS.effect(path))
                    .as(hint.getKey())
                    .isEqualTo(SettingFacts.Effect.START);
              }
            });
    assertThat(unused).hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @MethodSource("idle")
  void whatHasNoEffectIsSaid(List<String> path) {
    ArrayNode warnings = SCHEMA.warnings(document(path, sample(node(path))), true);
    String expected =
        FACTS.effect(path) == SettingFacts.Effect.START
            ? SettingsWarnings.AT_START
            : SettingsWarnings.NO_EFFECT;
    // Said once, at the top of what has none.
    assertThat(warnings)
        .anySatisfy(
            warning -> {
              assertThat(dotted(concrete(path))).startsWith(warning.path("path").asText());
              assertThat(warning.path("message").asText()).startsWith(expected);
            });
  }

  @ParameterizedTest
  @MethodSource("references")
  void aNameOfNothingIsSaid(List<String> path) {
    ObjectNode document = document(path, TextNode.valueOf("agent:ghost:ghost/ghost"));
    assertThat(Json.text(SCHEMA.issues(document))).doesNotContain("Unrecognized", "Invalid");
    assertThat(SCHEMA.warnings(document, false))
        .extracting(warning -> warning.path("path").asText())
        .contains(dotted(concrete(path)));
  }

  @Test
  void everyKindOfReferenceIsLookedAt() {
    List<String> kinds =
        references().map(path -> Objects.requireNonNull(FACTS.refers(path))).distinct().toList();
    assertThat(kinds).contains("agent", "channel", "model", "session", "tool", "scope");
    assertThat(SettingsParts.load().references(Json.object()).keySet()).containsAll(kinds);
  }

  @Test
  void namesThatLeadSomewhereAreNotTalkedOf() {
    JsonNode document =
        Json5.parse(
            """
            {agents: {defaults: {model: {primary: 'p/m', fallbacks: ['krabkrab/echo']},
                                 models: {'p/m': {}}, heartbeat: {target: 'last'}},
                      list: [{id: 'main'}, {id: 'Ops', tools: {deny: ['exec']}}]},
             models: {providers: {p: {baseUrl: 'http://127.0.0.1:1', apiKey: 'k'}}},
             channels: {telegram: {botToken: 't', accounts: {shop: {}}}},
             bindings: [{agentId: 'ops', match: {channel: 'telegram', accountId: 'shop'}}],
             approvals: {exec: {agentFilter: ['ops'], targets: [{channel: 'telegram', to: 1}]}},
             hooks: {mappings: [{channel: 'last', sessionKey: 'agent:ops:x', model: 'p/n'}]},
             tools: {allow: ['exec', 'camera'], agentToAgent: {allow: ['*']}},
             gateway: {mode: 'local', reload: {mode: 'off'},
                       auth: {tokens: [{name: 'a', token: '0123456789abcdef', scopes: ['operator.read']}]}},
             ui: {seamColor: '#112233'}, messages: {ackReaction: 'x'}}
            """);
    assertThat(SCHEMA.issues(document, Json.object())).isEmpty();
    assertThat(SCHEMA.warnings(document, false)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{channels:{telegram:{}}} ~ channels.telegram.botToken",
        "{channels:{telegram:{botToken:' '}}} ~ channels.telegram.botToken",
        "{channels:{slack:{botToken:'b'}}} ~ channels.slack.appToken",
        "{channels:{webhook:{accounts:{shop:{url:'http://x'}}}}} ~"
            + " channels.webhook.accounts.shop.secret",
        "{channels:{telegram:{botToken:'t'}},bindings:[{match:{channel:'telegram',accountId:'b'}}]}"
            + " ~ bindings.0.match.accountId",
        "{channels:{telegram:{botToken:'t'}},approvals:{exec:{targets:[{channel:'telegram',"
            + "accountId:'b'}]}}} ~ approvals.exec.targets.0.accountId",
        "{agents:{defaults:{models:{'ghost/m':{}}}}} ~ agents.defaults.models.ghost/m",
        "{agents:{list:[{id:'a',default:true},{id:'b',default:true}]}} ~ agents.list.1.default",
        "{models:{providers:{p:{api:'openai-responses'}}}} ~ models.providers.p.api",
        "{gateway:{mode:'remote'}} ~ gateway.mode",
        "{gateway:{reload:{mode:'restart'}}} ~ gateway.reload.mode",
        "{channels:{whatsapp:{}, discord:{token:'x'}}} ~ channels.whatsapp",
        "{channels:{telegram:{botToken:'t',accounts:{a:{streamMode:'x'}}}}} ~"
            + " channels.telegram.accounts.a.streamMode",
      })
  void whatElseLeadsNowhereIsSaid(String text, String path) {
    JsonNode document = Json5.parse(text);
    assertThat(SCHEMA.issues(document)).isEmpty();
    assertThat(SCHEMA.warnings(document, false))
        .extracting(warning -> warning.path("path").asText())
        .contains(path);
  }

  /** Documents of other gateways can be brought along; what has no effect in them is said. */
  @ParameterizedTest
  @MethodSource("foreign")
  void keysOfOtherGatewaysAreTakenAndSaid(List<String> path) {
    assertThat(NODES).doesNotContainKey(path);
    assertThat(node(path.subList(0, path.size() - 1)).path("additionalProperties").isBoolean())
        .isTrue();
    ObjectNode document = document(path, Json.object().put("any", 1));
    assertThat(Json.text(SCHEMA.issues(document, Json.object())))
        .doesNotContain("Unrecognized", "Invalid");
    // Said once, at the top of what has no effect.
    assertThat(SCHEMA.warnings(document, true))
        .anySatisfy(
            warning -> {
              assertThat(dotted(concrete(path))).startsWith(warning.path("path").asText());
              assertThat(warning.path("message").asText()).startsWith("has no effect here");
            });
  }

  @Test
  void anUnknownKeyThatIsThereMayStay() {
    JsonNode current = Json5.parse("{tools: {denny: ['exec']}, later: {a: 1}}");
    JsonNode next = Json5.parse("{tools: {denny: ['exec'], deny: ['exec']}, later: {a: 1}}");
    assertThat(SCHEMA.issues(current)).isEmpty();
    assertThat(SCHEMA.issues(next, current)).isEmpty();
    assertThat(SCHEMA.warnings(current, false))
        .extracting(warning -> warning.path("path").asText())
        .contains("tools.denny", "later");
    JsonNode changed = Json5.parse("{tools: {denny: ['camera']}, later: {a: 1}}");
    assertThat(SCHEMA.issues(changed, current)).hasSize(1);
    JsonNode more = Json5.parse("{tools: {denny: ['exec'], alow: []}, later: {a: 1}}");
    assertThat(SCHEMA.issues(more, current))
        .hasToString(
            "[{\"path\":\"tools\",\"message\":\"Unrecognized key: \\\"alow\\\" (did you mean"
                + " \\\"allow\\\"?)\"}]");
  }

  @ParameterizedTest
  @CsvSource({
    "denny, deny",
    "dney, deny",
    "DENY, deny",
    "deny_tools, deny",
    "prot, port",
    "providors, providers",
    "api-key, apiKey",
    "nonsense, ''",
    "x, ''"
  })
  void theNearestKeyIsTheOneThatWasMeant(String written, String meant) {
    assertThat(KeyGuess.nearest(List.of("allow", "deny", "port", "providers", "apiKey"), written))
        .isEqualTo(meant);
  }

  /** A document with a value at a path. */
  private static ObjectNode document(List<String> path, JsonNode value) {
    return (ObjectNode) within(path, 0, value);
  }

  private static JsonNode within(List<String> path, int depth, JsonNode value) {
    if (depth == path.size()) {
      return value;
    }
    JsonNode inner = within(path, depth + 1, value);
    boolean list = path.get(depth).equals("*") && node(path.subList(0, depth)).has("items");
    return list
        ? Json.array().add(inner)
        : Json.object().set(path.get(depth).equals("*") ? "x" : path.get(depth), inner);
  }

  private static List<String> concrete(List<String> path) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      boolean any = path.get(i).equals("*");
      names.add(!any ? path.get(i) : node(path.subList(0, i)).has("items") ? "0" : "x");
    }
    return names;
  }

  private static JsonNode sample(JsonNode schema) {
    return switch (SchemaTypes.of(schema).getFirst()) {
      case "integer", "number" -> Json.array().add(schema.path("minimum").asInt(1)).get(0);
      case "boolean" -> Json.array().add(true).get(0);
      case "array" -> Json.array().add("x");
      case "object" -> {
        ObjectNode object = Json.object();
        schema
            .path("properties")
            .properties()
            .forEach(field -> object.set(field.getKey(), sample(field.getValue())));
        yield object.isEmpty() ? object.put("any", 1) : object;
      }
      default -> schema.has("enum") ? schema.path("enum").get(0) : TextNode.valueOf("x");
    };
  }

  private static JsonNode node(List<String> path) {
    return Objects.requireNonNull(NODES.get(path), () -> "no setting " + path);
  }

  private static String dotted(List<String> path) {
    return String.join(".", path);
  }

  private static List<String> below(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return List.copyOf(longer);
  }
}
