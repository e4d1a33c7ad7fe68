package dev.krabkrab.gateway.models;

import dev.krabkrab.gateway.sessions.SessionRules.ModelName;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Clients of providers, kept while they are used, because each has connections of its own. */
final class ProviderModels {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Until an answer begins; then it may take as long as its run. */
  private static final Duration FIRST_BYTE = Duration.ofSeconds(120);

  private static final int MOST = 32;

  private final Executor blocking;
  private final Map<Key, StreamingChatModel> models =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, StreamingChatModel> eldest) {
          return size() > MOST;
        }
      };

  private record Key(ModelProvider provider, String model) {}

  /**
   * @param blocking runs what waits for the network
   */
  ProviderModels(Executor blocking) {
    this.blocking = blocking;
  }

  StreamingChatModel of(ModelProvider provider, ModelName name) {
    return models.computeIfAbsent(new Key(provider, name.id()), this::make);
  }

  private StreamingChatModel make(Key key) {
    ModelProvider provider = key.provider();
    return switch (provider.api()) {
      case OPENAI ->
          OpenAiStreamingChatModel.builder()
              .httpClientBuilder(http(UnaryOperator.identity()))
              .timeout(FIRST_BYTE)
              .baseUrl(provider.baseUrl())
              .apiKey(orNone(provider.apiKey()))
              .customHeaders(provider.headers())
              .modelName(key.model())
              .build();
      case ANTHROPIC ->
          AnthropicStreamingChatModel.builder()
              .httpClientBuilder(http(UnaryOperator.identity()))
              .timeout(FIRST_BYTE)
              .baseUrl(
                  provider.baseUrl() == null ? "https://api.anthropic.com/v1/" : provider.baseUrl())
              .apiKey(orNone(provider.apiKey()))
              .customHeaders(provider.headers())
              .modelName(key.model())
              .build();
      case OLLAMA ->
          OllamaStreamingChatModel.builder()
              .httpClientBuilder(http(NumberedCalls::new))
              .timeout(FIRST_BYTE)
              .baseUrl(provider.baseUrl() == null ? "http://127.0.0.1:11434" : provider.baseUrl())
              .customHeaders(provider.headers())
              .modelName(key.model())
              .build();
    };
  }

  private HttpClientBuilder http(UnaryOperator<ServerSentEventListener> between) {
    return ProviderHttp.with(blocking, CONNECT, FIRST_BYTE, between);
  }

  /** Some servers ask for no key; their clients insist on one. */
  private static String orNone(@Nullable String key) {
    return key == null ? "none" : key;
  }
}
