package dev.krabkrab.gateway.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;

/**
 * Numbers the calls of tools in Ollama's lines where the server did not: without numbers the client
 * takes several calls for one. Other lines pass as they are.
 */
final class NumberedCalls implements ServerSentEventListener {
  private final ServerSentEventListener listener;
  private int next;

  NumberedCalls(ServerSentEventListener listener) {
    this.listener = listener;
  }

  @Override
  public void onOpen(SuccessfulHttpResponse response) {
    listener.onOpen(response);
  }

  @Override
  public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
    listener.onEvent(numbered(event), context);
  }

  @Override
  public void onEvent(ServerSentEvent event) {
    listener.onEvent(numbered(event));
  }

  @Override
  public void onError(Throwable error) {
    listener.onError(error);
  }

  @Override
  public void onClose() {
    listener.onClose();
  }

  private ServerSentEvent numbered(ServerSentEvent event) {
    String data = event.data();
    if (data == null || !data.contains("\"tool_calls\"")) {
      return event;
    }
    JsonNode line = Json.tryParse(data);
    JsonNode calls = line == null ? Json.array() : line.at("/message/tool_calls");
    boolean changed = false;
    for (JsonNode call : calls) {
      if (call.path("function") instanceof ObjectNode function && !function.has("index")) {
        function.put("index", next++);
        changed = true;
      }
    }
    return changed && line != null ? new ServerSentEvent(event.event(), Json.text(line)) : event;
  }
}
