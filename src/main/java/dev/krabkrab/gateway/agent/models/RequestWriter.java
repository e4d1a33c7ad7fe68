package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests as each API takes them: the models of LangChain4j make them, over a client that
 * keeps them instead of sending them. How they are sent and answered is not its business.
 */
final class RequestWriter {
  private static final class Kept implements HttpClient, StreamingChatResponseHandler {
    private @Nullable HttpRequest request;
    private @Nullable Throwable failure;

    @Override
    public SuccessfulHttpResponse execute(HttpRequest sent) {
      throw new UnsupportedOperationException("providers are asked for streams only");
    }

    @Override
    public void execute(
        HttpRequest sent, ServerSentEventParser parser, ServerSentEventListener listener) {
      request = sent;
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {}

    @Override
    public void onError(Throwable error) {
      failure = error;
    }
  }

  private record KeptBuilder(Kept client) implements HttpClientBuilder {
    @Override
    public @Nullable Duration connectTimeout() {
      return null;
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration timeout) {
      return this;
    }

    @Override
    public @Nullable Duration readTimeout() {
      return null;
    }

    @Override
    public HttpClientBuilder readTimeout(Duration timeout) {
      return this;
    }

    @Override
    public HttpClient build() {
      return client;
    }
  }

  private RequestWriter() {}

  static HttpRequest write(ModelProvider provider, ModelName name, ChatRequest chat) {
    Kept kept = new Kept();
    model(provider, name, new KeptBuilder(kept)).chat(chat, kept);
    HttpRequest request = kept.request;
    if (request == null) {
      throw new IllegalStateException("no request was made", kept.failure);
    }
    return provider.api() == ModelProvider.Api.ANTHROPIC ? request : withReasoning(request, chat);
  }

  private static StreamingChatModel model(
      ModelProvider provider, ModelName name, HttpClientBuilder http) {
    return switch (provider.api()) {
      case OPENAI ->
          OpenAiStreamingChatModel.builder()
              .httpClientBuilder(http)
              .baseUrl(provider.baseUrl())
              .apiKey(orNone(provider.apiKey()))
              .customHeaders(provider.headers())
              .modelName(name.id())
              .build();
      case ANTHROPIC ->
          AnthropicStreamingChatModel.builder()
              .httpClientBuilder(http)
              .baseUrl(
                  provider.baseUrl() == null ? "https://api.anthropic.com/v1/" : provider.baseUrl())
              .apiKey(orNone(provider.apiKey()))
              .customHeaders(provider.headers())
              .modelName(name.id())
              .build();
      case OLLAMA ->
          OllamaStreamingChatModel.builder()
              .httpClientBuilder(http)
              .baseUrl(provider.baseUrl() == null ? "http://127.0.0.1:11434" : provider.baseUrl())
              .customHeaders(provider.headers())
              .modelName(name.id())
              .build();
    };
  }

  /** Some servers ask for no key; their clients insist on one. */
  private static String orNone(@Nullable String key) {
    return key == null ? "none" : key;
  }

  /** Puts what was thought back into the messages of the model, which are as many as there. */
  private static HttpRequest withReasoning(HttpRequest request, ChatRequest chat) {
    Deque<JsonNode> thoughts = new ArrayDeque<>();
    boolean some = false;
    for (ChatMessage message : chat.messages()) {
      if (message instanceof AiMessage said) {
        JsonNode thought = said.attribute(ThinkingBlocks.REASONING, JsonNode.class);
        thoughts.add(thought == null ? Json.object() : thought);
        some |= thought != null;
      }
    }
    if (!some || !(Json.tryParse(request.body()) instanceof ObjectNode body)) {
      return request;
    }
    for (JsonNode message : body.path("messages")) {
      if (message instanceof ObjectNode said && said.path("role").asText().equals("assistant")) {
        Reasoning.put(said, thoughts.isEmpty() ? Json.object() : thoughts.remove());
      }
    }
    return HttpRequest.builder()
        .method(request.method())
        .url(request.url())
        .headers(request.headers())
        .body(Json.text(body))
        .build();
  }
}
