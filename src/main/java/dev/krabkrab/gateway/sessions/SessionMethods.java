package dev.krabkrab.gateway.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.Call;
import dev.krabkrab.gateway.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code sessions.*}. Protocol 04 §16. */
public final class SessionMethods {
  private static final int COMPACT_LINES = 400;
  private static final int PREVIEW_ITEMS = 12;
  private static final int MOST_PREVIEW_ITEMS = 50;
  private static final int PREVIEW_CHARACTERS = 240;
  private static final int FEWEST_PREVIEW_CHARACTERS = 20;
  private static final int MOST_PREVIEW_CHARACTERS = 2_000;

  private final SessionService sessions;
  private final Function<String, Future<?>> endRuns;

  /**
   * @param endRuns ends what is going on in a session, before it is deleted
   */
  public SessionMethods(SessionService sessions, Function<String, Future<?>> endRuns) {
    this.sessions = sessions;
    this.endRuns = endRuns;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "sessions.list", call -> sessions.list(call.params()),
        "sessions.preview", this::preview,
        "sessions.export", call -> sessions.export(call.params()).map(JsonText::of),
        "sessions.patch", call -> sessions.patch(call.params()).map(JsonText::of),
        "sessions.reset", call -> sessions.reset(key(call)).map(JsonText::of),
        "sessions.delete", this::delete,
        "sessions.compact", this::compact,
        "sessions.resolve", call -> sessions.resolve(call.params()).map(JsonText::of));
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
    return endRuns
        .apply(key(call))
        .compose(ended -> sessions.delete(key(call), withTranscript))
        .map(JsonText::of);
  }

  private Future<JsonText> compact(Call call) {
    int lines = call.params().path("maxLines").asInt(COMPACT_LINES);
    return sessions.compact(key(call), lines).map(JsonText::of);
  }

  private static String key(Call call) {
    return call.params().path("key").asText();
  }
}
