package dev.krabkrab.gateway.platform.settings;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Callers;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.Replies;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsMethodsIT {
  private static final String STALE = "config changed since last load; re-run config.get and retry";
  private static final Instant NOW = Instant.parse("2026-11-21T20:37:02.570Z");
  private final RedisSettings redis = TestRedis.settings();
  private PlatformInstance instance;
  private SettingsService service;
  private SettingsMethods methods;
  private final List<String> recorded = new CopyOnWriteArrayList<>();
  private Future<Void> kept = Future.succeededFuture();

  @BeforeEach
  void open() throws Exception {
    ObjectNode seed =
        (ObjectNode) Json5.parse("{gateway: {mode: 'local', auth: {mode: 'token', token: 't'}}}");
    InstantSource clock = InstantSource.fixed(NOW);
    instance = new PlatformInstance("a", redis, clock, seed);
    service = instance.platform().document();
    SettingsSchema schema = SettingsSchema.load();
    methods =
        new SettingsMethods(
            service,
            schema,
            new SettingsEditor(service, schema, clock, "1.2.3", this::record),
            DocumentSurvey.NONE,
            clock,
            "1.2.3");
  }

  @AfterEach
  void close() throws Exception {
    get(service.close());
    instance.close();
  }

  @Test
  void getAnswersTheWholeSnapshot() throws Exception {
    JsonNode got = ok("config.get", "{}");

    assertThat(got.fieldNames())
        .toIterable()
        .containsExactly(
            "path",
            "exists",
            "raw",
            "parsed",
            "valid",
            "config",
            "hash",
            "issues",
            "warnings",
            "legacyIssues");
    assertThat(got.path("path").asText()).isEqualTo("redis:" + redis.namespace() + "/gateway.json");
    assertThat(got.path("exists").asBoolean()).isTrue();
    assertThat(got.path("valid").asBoolean()).isTrue();
    assertThat(got.at("/parsed/gateway/auth/token").asText()).isEqualTo("t");
    assertThat(got.at("/config/gateway/auth/token").asText()).isEqualTo("t");
    byte[] raw = got.path("raw").asText().getBytes(StandardCharsets.UTF_8);
    assertThat(got.path("hash").asText())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(raw)));
  }

  @Test
  void setWritesAndStamps() throws Exception {
    JsonNode answer =
        write("config.set", "// mine\n{gateway: {auth: {token: 't'}}, ui: {seamColor: '#112233'}}");

    assertThat(answer.fieldNames()).toIterable().containsExactly("ok", "path", "config");
    assertThat(answer.at("/config/ui/seamColor").asText()).isEqualTo("#112233");
    assertThat(answer.path("config").has("meta")).isFalse();
    JsonNode after = ok("config.get", "{}");
    assertThat(after.at("/parsed/meta/lastTouchedVersion").asText()).isEqualTo("1.2.3");
    assertThat(after.at("/parsed/meta/lastTouchedAt").asText())
        .isEqualTo("2026-11-21T20:37:02.570Z");
    assertThat(after.path("raw").asText()).endsWith("}\n").doesNotContain("mine");
    assertThat(service.document().hash()).isEqualTo(after.path("hash").asText());
  }

  @Test
  void theBaseHashIsAskedForBeforeAnythingElse() {
    for (String method : new String[] {"config.set", "config.patch", "config.apply"}) {
      assertThat(refused(method, "{raw: '{oops'}").message())
          .isEqualTo("config base hash required; re-run config.get and retry");
      assertThat(refused(method, "{raw: '{oops', baseHash: ' '}").message())
          .isEqualTo("config base hash required; re-run config.get and retry");
      assertThat(refused(method, "{raw: '{oops', baseHash: '00'}").message()).isEqualTo(STALE);
    }
  }

  @Test
  void aSyntaxErrorChangesNothing() {
    GatewayDocument before = service.document();

    ErrorShape error = refusedWrite("config.set", "{oops");

    assertThat(error.code()).isEqualTo("INVALID_REQUEST");
    assertThat(error.message()).isEqualTo("SyntaxError: JSON5: invalid end of input at 1:6");
    assertThat(service.document()).isEqualTo(before);
  }

  @Test
  void issuesAreNamed() {
    ErrorShape error =
        refusedWrite(
            "config.set",
            "{foo: 1, gateway: {port: 'x', bar: 1, baz: 2, auth: {mode: 'open'}}, bindings: {}}");

    assertThat(error.message()).isEqualTo("invalid config");
    assertThat(
            SettingsIssues.text((ArrayNode) Objects.requireNonNull(error.details()).path("issues")))
        .isEqualTo(
            "bindings: Invalid input: expected array, received object; "
                + "gateway.port: Invalid input: expected number, received string; "
                + "gateway.auth.mode: Invalid option: expected one of"
                + " \"token\"|\"password\"|\"none\"|\"trusted-proxy\"|\"jwt\"; "
                + "gateway: Unrecognized keys: \"bar\", \"baz\"; "
                + "Unrecognized key: \"foo\"");
  }

  @Test
  void aDocumentThatIsNoObjectIsInvalid() {
    assertThat(refusedWrite("config.set", "[]").details())
        .hasToString(
            "{\"issues\":[{\"path\":\"\","
                + "\"message\":\"Invalid input: expected object, received array\"}]}");
  }

  @Test
  void theSameContentTwiceFailsTheSecondTime() throws Exception {
    String hash = service.document().hash();
    call("config.set", params("{ui: {}}", hash));

    assertThat(refusal("config.set", params("{ui: {}}", hash)).message()).isEqualTo(STALE);
  }

  @Test
  void patchMergesAndSaysWhatARestartWouldBe() throws Exception {
    write(
        "config.patch",
        "{messages: {ackReaction: 'x'}, skills: {bins: ['a', 'b']}, ui: {seamColor: '#1'}}");
    ObjectNode params =
        params("{skills: {bins: ['c']}, ui: null, gateway: {mode: 'remote'}}", null)
            .put("note", " conf ")
            .put("sessionKey", "main")
            .put("restartDelayMs", 60_000);
    JsonNode answer = call("config.patch", params.put("baseHash", service.document().hash()));

    assertThat(answer.path("config").path("messages")).hasToString("{\"ackReaction\":\"x\"}");
    assertThat(answer.path("config").path("skills")).hasToString("{\"bins\":[\"c\"]}");
    assertThat(answer.path("config").has("ui")).isFalse();
    assertThat(answer.at("/config/gateway/auth/token").asText()).isEqualTo("t");
    assertThat(answer.at("/restart/ok").asBoolean()).isTrue();
    assertThat(answer.at("/restart/reason").asText()).isEqualTo("config.patch");
    assertThat(answer.at("/restart/delayMs").isInt()).isTrue();
    assertThat(answer.at("/sentinel/path").isNull()).isTrue();
    JsonNode payload = answer.at("/sentinel/payload");
    assertThat(payload.path("kind").asText()).isEqualTo("config-apply");
    assertThat(payload.path("message").asText()).isEqualTo("conf");
    assertThat(payload.path("sessionKey").asText()).isEqualTo("main");
    assertThat(payload.at("/stats/mode").asText()).isEqualTo("config.patch");
    assertThat(payload.path("ts").asLong()).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  void aChangeIsAnsweredWhenItIsRecorded() throws Exception {
    Promise<Void> keeping = Promise.promise();
    kept = keeping.future();
    String before = service.document().hash();
    Call call =
        new Call(
            Objects.requireNonNull(MethodCatalog.find("config.patch")),
            "1",
            ADMIN,
            params("{ui: {seamColor: '#1'}}", before),
            Replies.UNHEARD);
    Future<JsonText> answer = methods.handlers().get("config.patch").handle(call);

    Awaitility.await().until(() -> recorded.size() == 1);
    assertThat(recorded).containsExactly("c " + before + " " + service.document().hash());
    assertThat(answer.isComplete()).isFalse();
    keeping.complete();
    get(answer);
    assertThat(refused("config.patch", "{raw: '{}'}").message()).contains("base hash required");
    assertThat(recorded).hasSize(1);
  }

  @Test
  void patchTakesAnObjectOnly() {
    assertThat(refusedWrite("config.patch", "[]").message())
        .isEqualTo("config.patch raw must be an object");
  }

  @Test
  void anInvalidDocumentIsShownButNotPatched() throws Exception {
    ObjectNode broken = service.document().parsed().deepCopy().put("ui", 1);
    get(service.replace(service.document().hash(), broken));

    JsonNode got = ok("config.get", "{}");

    assertThat(got.path("valid").asBoolean()).isFalse();
    assertThat(got.path("issues"))
        .hasToString(
            "[{\"path\":\"ui\","
                + "\"message\":\"Invalid input: expected object, received number\"}]");
    assertThat(got.path("config").path("ui").asInt()).isEqualTo(1);
    assertThat(refusedWrite("config.patch", "{skills: {bins: []}}").message())
        .isEqualTo("invalid config; fix before patching");
    assertThat(write("config.patch", "{ui: null}").path("config").has("ui")).isFalse();
  }

  /** A document that an older or a newer release wrote can be changed, and says what is odd. */
  @Test
  void anUnknownKeyThatIsThereIsSaidAndMayStay() throws Exception {
    ObjectNode older = service.document().parsed().deepCopy();
    older.putObject("tools").putArray("denny").add("exec");
    get(service.replace(service.document().hash(), older));

    JsonNode got = ok("config.get", "{}");

    assertThat(got.path("valid").asBoolean()).isTrue();
    assertThat(got.path("warnings"))
        .hasToString(
            "[{\"path\":\"tools.denny\","
                + "\"message\":\"is not known (did you mean \\\"deny\\\"?)\"}]");
    JsonNode answer = write("config.patch", "{tools: {deny: ['exec']}}");
    assertThat(answer.at("/warnings/0/path").asText()).isEqualTo("tools.denny");
    assertThat(write("config.patch", "{tools: {denny: null}}").has("warnings")).isFalse();
    assertThat(refusedWrite("config.patch", "{tools: {denny: []}}").details())
        .hasToString(
            "{\"issues\":[{\"path\":\"tools\",\"message\":\"Unrecognized key: \\\"denny\\\""
                + " (did you mean \\\"deny\\\"?)\"}]}");
  }

  /** Each way to write says what has no effect, and so does reading. */
  @ParameterizedTest
  @ValueSource(strings = {"config.set", "config.apply", "config.patch"})
  void everyWriteSaysWhatHasNoEffect(String method) throws Exception {
    JsonNode answer =
        write(
            method,
            "{redis: {url: 'redis://x', password: 's'}, stateDir: '/x', gateway: {port: 1234,"
                + " auth: {token: 't'}, tailscale: {resetOnExit: true}}, tools: {profile: 'full'},"
                + " bindings: [{agentId: 'ghost', match: {channel: 'nochan'}}],"
                + " agents: {defaults: {model: 'nobody/x'}}, channels: {slack: {botToken: 'b'}}}");

    List<String> paths = answer.path("warnings").findValuesAsText("path");
    assertThat(paths)
        .containsExactlyInAnyOrder(
            "stateDir",
            "redis",
            "gateway.port",
            "gateway.tailscale",
            "tools.profile",
            "bindings.0.agentId",
            "bindings.0.match.channel",
            "agents.defaults.model",
            "channels.slack.appToken");
    assertThat(answer.path("config").has("redis")).isFalse();
    assertThat(service.document().raw()).doesNotContain("redis");
    paths.removeAll(List.of("stateDir", "redis"));
    assertThat(ok("config.get", "{}").path("warnings").findValuesAsText("path"))
        .containsExactlyInAnyOrderElementsOf(paths);
  }

  /** Clients that take no more fields than they know get none where nothing is to be said. */
  @Test
  void aWriteWithoutFaultHasNoWarnings() throws Exception {
    String raw =
        "{gateway: {mode: 'local', reload: {mode: 'off'}, auth: {token: 't'}},"
            + " messages: {ackReaction: 'x'}, ui: {seamColor: '#1'}}";
    assertThat(write("config.set", raw).fieldNames())
        .toIterable()
        .containsExactly("ok", "path", "config");
    assertThat(write("config.patch", raw).fieldNames())
        .toIterable()
        .containsExactly("ok", "path", "config", "restart", "sentinel");
    assertThat(ok("config.get", "{}").path("warnings").findValuesAsText("path"))
        .containsExactlyInAnyOrder("messages.ackReaction", "gateway.reload");
  }

  @Test
  void applyReplacesAndAnswersLikePatch() throws Exception {
    JsonNode answer = write("config.apply", "{gateway: {auth: {token: 'u'}}}");

    assertThat(answer.at("/restart/reason").asText()).isEqualTo("config.apply");
    assertThat(answer.at("/sentinel/payload/message").isNull()).isTrue();
    assertThat(answer.at("/sentinel/payload").has("sessionKey")).isFalse();
    assertThat(service.document().parsed().at("/gateway/auth/token").asText()).isEqualTo("u");
  }

  @Test
  void schemaNamesEverySectionAndItsHints() throws Exception {
    JsonNode answer = ok("config.schema", "{}");

    assertThat(answer.fieldNames())
        .toIterable()
        .containsExactly("schema", "uiHints", "version", "generatedAt");
    assertThat(answer.at("/schema/type").asText()).isEqualTo("object");
    assertThat(answer.at("/schema/properties").fieldNames())
        .toIterable()
        .contains(
            ("meta env wizard diagnostics logging update browser ui auth models nodeHost agents"
                    + " tools bindings broadcast audio media messages commands approvals session"
                    + " cron hooks web channels discovery canvasHost talk gateway skills plugins")
                .split(" "));
    assertThat(answer.path("version").asText()).isEqualTo("1.2.3");
    answer
        .path("uiHints")
        .forEach(
            hint ->
                assertThat(hint.fieldNames()).toIterable().isSubsetOf(SettingsSchemaTest.FIELDS));
    assertThat(answer.at("/uiHints").path("gateway.auth.token").path("sensitive").asBoolean())
        .isTrue();
  }

  private JsonNode ok(String method, String params) throws Exception {
    return call(method, (ObjectNode) Json5.parse(params));
  }

  private JsonNode write(String method, String raw) throws Exception {
    return call(method, params(raw, service.document().hash()));
  }

  private ErrorShape refusedWrite(String method, String raw) {
    return refusal(method, params(raw, service.document().hash()));
  }

  private ErrorShape refused(String method, String params) {
    return refusal(method, (ObjectNode) Json5.parse(params));
  }

  private ErrorShape refusal(String method, ObjectNode params) {
    try {
      throw new AssertionError("not refused: " + call(method, params));
    } catch (GatewayError refusal) {
      return refusal.shape();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Future<Boolean> record(DocumentAudit.Change change, Supplier<Future<Boolean>> write) {
    return write
        .get()
        .compose(
            written -> {
              if (!written) {
                return Future.succeededFuture(false);
              }
              recorded.add(
                  change.by().connId()
                      + " "
                      + change.before().hash()
                      + " "
                      + change.after().hash());
              return kept.map(true);
            });
  }

  private static ObjectNode params(String raw, String hash) {
    ObjectNode params = Json.object().put("raw", raw);
    Json.putIfPresent(params, "baseHash", hash);
    return params;
  }

  private JsonNode call(String method, ObjectNode params) throws IOException {
    Call call =
        new Call(
            Objects.requireNonNull(MethodCatalog.find(method)),
            "1",
            ADMIN,
            params,
            Replies.UNHEARD);
    JsonText answer = get(methods.handlers().get(method).handle(call));
    return Json.mapper().readTree(answer.utf8());
  }

  private static final Caller ADMIN =
      Callers.operator("operator.admin").conn("c").client("cli", "cli", "1").make();
}
