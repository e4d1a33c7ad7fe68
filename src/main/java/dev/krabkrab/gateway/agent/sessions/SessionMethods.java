package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** {@code sessions.*}. Protocol 04 §16, 05 §12. */
public final class SessionMethods {
  private static final int COMPACT_LINES = 400;
  private static final int PREVIEW_ITEMS = 12;
  private static final int MOST_PREVIEW_ITEMS = 50;
  private static final int PREVIEW_CHARACTERS = 240;
  private static final int FEWEST_PREVIEW_CHARACTERS = 20;
  private static final int MOST_PREVIEW_CHARACTERS = 2_000;

  private final SessionService sessions;
  private final Function<String, Future<?>> endRuns;
  private final BiConsumer<String, String> changed;
  private final SessionSubscriptions following;

  /**
   * @param endRuns ends what is going on in a session, before it is deleted
   * @param changed is given the canonical key of a session that has changed, and why
   */
  public SessionMethods(
      SessionService sessions,
      Function<String, Future<?>> endRuns,
      BiConsumer<String, String> changed,
      SessionSubscriptions following) {
    this.sessions = sessions;
    this.endRuns = endRuns;
    this.changed = changed;
    this.following = following;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.ofEntries(
        Map.entry("sessions.list", call -> sessions.list(call.params())),
        Map.entry("sessions.describe", call -> sessions.describe(call.params())),
        Map.entry("sessions.subscribe", this::subscribe),
        Map.entry("sessions.messages.subscribe", call -> follow(call, true)),
        Map.entry("sessions.messages.unsubscribe", call -> follow(call, false)),
        Map.entry("sessions.preview", this::preview),
        Map.entry("sessions.export", call -> sessions.export(call.params()).map(JsonText::of)),
        Map.entry("sessions.patch", call -> announced("patch", sessions.patch(call.params()))),
        Map.entry("sessions.reset", call -> announced("reset", sessions.reset(key(call)))),
        Map.entry("sessions.delete", this::delete),
        Map.entry("sessions.compact", this::compact),
        Map.entry("sessions.resolve", call -> sessions.resolve(call.params()).map(JsonText::of)));
  }

  private Future<JsonText> preview(Call call) {
    JsonNode params = call.params();
    List<String> keys = new ArrayList<>();
    params.path("keys").forEach(key -> keys.add(key.asText()));
    int limit = Math.clamp(params.path("limit").asInt(PREVIEW_ITEMS), 1, MOST_PREVIEW_ITEMS);
    int characters =
        Math.clamp(
            params.path("maxChars").asInt(PREVIEW_CHARACTERS),
            FEWEST_PREVIEW_CHARACTERS,
            MOST_PREVIEW_CHARACTERS);
    return sessions.preview(keys, limit, characters).map(JsonText::of);
  }

  private Future<JsonText> delete(Call call) {
    boolean withTranscript = call.params().path("deleteTranscript").asBoolean(true);
    sessions.refuseMain(key(call));
    return announced(
        "delete",
        endRuns.apply(key(call)).compose(aborted -> sessions.delete(key(call), withTranscript)));
  }

  private Future<JsonText> announced(String reason, Future<ObjectNode> done) {
    return done.onSuccess(answer -> changed.accept(answer.path("key").asText(), reason))
        .map(JsonText::of);
  }

  /** The list is read afterwards, so that no change falls between the two. Protocol 05 §20. */
  private Future<JsonText> subscribe(Call call) {
    return following
        .changes(call.caller().connId())
        .compose(
            followed ->
                call.params().isEmpty()
                    ? Future.succeededFuture(JsonText.of(Json.object().put("subscribed", true)))
                    : sessions
                        .list(call.params())
                        .map(list -> JsonText.of("{\"subscribed\":true,\"list\":" + list + "}")));
  }

  private Future<JsonText> follow(Call call, boolean on) {
    String key = on ? sessions.ofAgent(key(call)) : sessions.canonical(key(call));
    return following
        .messages(call.caller().connId(), key, on)
        .map(
            done -> {
              if (!done) {
                throw GatewayError.invalid(
                    "this connection follows "
                        + SessionSubscriptions.MOST_SESSIONS
                        + " sessions already; sessions.messages.unsubscribe from one first");
              }
              return JsonText.of(Json.object().put("subscribed", on).put("key", key));
            });
  }

  private Future<JsonText> compact(Call call) {
    int lines = call.params().path("maxLines").asInt(COMPACT_LINES);
    return announced("patch", sessions.compact(key(call), lines));
  }

  private static String key(Call call) {
    return call.params().path("key").asText();
  }
}
