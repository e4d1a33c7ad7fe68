package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code config.*}. Protocol 03 §8 to §13. */
public final class SettingsMethods {
  private static final String LEFT_OUT =
      "was left out: it belongs to the file of one instance, and is read when that starts";
  private static final String HINT = "Run: krabkrab status";

  private final SettingsService service;
  private final SettingsSchema schema;
  private final SettingsEditor editor;
  private final DocumentSurvey survey;
  private final InstantSource clock;
  private final JsonText form;

  /**
   * @param survey finds what of a document does not work on some instance
   * @param version release named by the schema
   */
  public SettingsMethods(
      SettingsService service,
      SettingsSchema schema,
      SettingsEditor editor,
      DocumentSurvey survey,
      InstantSource clock,
      String version) {
    this.service = service;
    this.schema = schema;
    this.clock = clock;
    this.editor = editor;
    this.survey = survey;
    ObjectNode answer = Json.object();
    answer.set("schema", schema.document());
    answer.set("uiHints", schema.hints());
    answer.put("version", version).put("generatedAt", SettingsEditor.iso(clock.instant()));
    this.form = JsonText.of(answer);
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "config.get", this::get,
        "config.schema", call -> Future.succeededFuture(form),
        "config.set", this::set,
        "config.patch", this::patch,
        "config.apply", this::apply);
  }

  /** Read from Redis, not from memory: the hash is what the caller's next write starts from. */
  private Future<JsonText> get(Call call) {
    return service
        .refresh()
        .compose(
            document ->
                warnings(document.parsed(), true)
                    .map(warnings -> JsonText.of(snapshot(document, warnings))));
  }

  private Future<ArrayNode> warnings(ObjectNode content, boolean all) {
    return survey.warnings(content).map(found -> schema.warnings(content, all).addAll(found));
  }

  private ObjectNode snapshot(GatewayDocument document, ArrayNode warnings) {
    ArrayNode issues = schema.issues(document.parsed());
    issues.addAll(HiddenSecrets.issues(schema.secrets(), document.parsed()));
    ObjectNode json =
        Json.object().put("path", service.path()).put("exists", true).put("raw", document.raw());
    json.set("parsed", document.parsed());
    json.put("valid", issues.isEmpty());
    json.set("config", document.parsed());
    json.put("hash", document.hash());
    json.set("issues", issues);
    json.set("warnings", warnings);
    json.putArray("legacyIssues");
    return json;
  }

  private Future<JsonText> set(Call call) {
    return editor
        .replace(call.caller(), baseHash(call), raw(call))
        .compose(this::written)
        .map(JsonText::of);
  }

  private Future<JsonText> patch(Call call) {
    return editor
        .patch(call.caller(), baseHash(call), raw(call))
        .compose(this::written)
        .map(json -> applied(call, json));
  }

  private Future<JsonText> apply(Call call) {
    return editor
        .replace(call.caller(), baseHash(call), raw(call))
        .compose(this::written)
        .map(json -> applied(call, json));
  }

  /** Not every client takes more than it knows: without warnings the answer has no such field. */
  private Future<ObjectNode> written(SettingsEditor.Written done) {
    ObjectNode json = Json.object().put("ok", true).put("path", service.path());
    json.set("config", done.content());
    ArrayNode all = Json.array();
    for (String section : done.leftOut()) {
      all.addObject().put("path", section).put("message", LEFT_OUT);
    }
    return warnings(done.content(), false)
        .map(found -> all.addAll(found).isEmpty() ? json : json.set("warnings", all));
  }

  /** Every change is live at once, so the restart that clients look for is over before it began. */
  private JsonText applied(Call call, ObjectNode json) {
    String method = call.method().name();
    json.putObject("restart")
        .put("ok", true)
        .put("pid", ProcessHandle.current().pid())
        .put("signal", "none")
        .put("delayMs", 0)
        .put("reason", method)
        .put("mode", "hot");
    ObjectNode sentinel = json.putObject("sentinel").putNull("path");
    ObjectNode payload =
        sentinel
            .putObject("payload")
            .put("kind", "config-apply")
            .put("status", "ok")
            .put("ts", clock.millis());
    Json.putIfPresent(payload, "sessionKey", Json.nonBlank(call.params(), "sessionKey"));
    payload.put("message", Json.nonBlank(call.params(), "note")).put("doctorHint", HINT);
    payload.putObject("stats").put("mode", method).put("root", service.path());
    return JsonText.of(json);
  }

  private static @Nullable String baseHash(Call call) {
    return Json.textOrNull(call.params(), "baseHash");
  }

  private static String raw(Call call) {
    return call.params().path("raw").asText();
  }
}
