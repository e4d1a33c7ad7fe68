package dev.krabkrab.gateway.agent.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.agent.sessions.HistoryService;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/**
 * {@code chat.history} and {@code chat.inject}, and {@code chat.startup} of protocol 4. Protocol 04
 * §8, §9, 05 §11.3.
 */
public final class ChatMethods {
  private static final int HISTORY = 200;

  private final HistoryService histories;
  private final ConversationEvents events;

  public ChatMethods(HistoryService histories, ConversationEvents events) {
    this.histories = histories;
    this.events = events;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "chat.history", this::history, "chat.startup", this::startup, "chat.inject", this::inject);
  }

  private Future<JsonText> history(Call call) {
    int limit = call.params().path("limit").asInt(HISTORY);
    return histories.history(sessionKey(call), limit, call.caller().isV4()).map(JsonText::of);
  }

  private Future<JsonText> startup(Call call) {
    int limit = call.params().path("limit").asInt(HISTORY);
    int most = call.params().path("maxBytes").asInt(Integer.MAX_VALUE);
    return histories.startup(sessionKey(call), limit, most).map(JsonText::of);
  }

  private Future<JsonText> inject(Call call) {
    String label = Json.nonBlank(call.params(), "label");
    String message = call.params().path("message").asText();
    String text = label == null ? message : "[" + label + "]\n\n" + message;
    return histories
        .inject(sessionKey(call), text)
        .map(
            injected -> {
              ObjectNode event =
                  Json.object()
                      .put("runId", "inject-" + injected.said().id())
                      .put("sessionKey", injected.sessionKey())
                      .put("seq", 0)
                      .put("state", "final");
              event.set("message", injected.said().shown());
              events.publish(EventType.CHAT, injected.sessionKey(), JsonText.of(event));
              events.said(injected.sessionKey(), injected.said());
              events.changed(injected.sessionKey(), Json.object().put("reason", "send"));
              return JsonText.of(
                  Json.object().put("ok", true).put("messageId", injected.said().id()));
            });
  }

  private static String sessionKey(Call call) {
    return call.params().path("sessionKey").asText();
  }
}
