package dev.krabkrab.gateway.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.protocol.Json;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.anthropic.internal.api.AnthropicStreamingException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One answer of a provider on its way: pieces come from threads of its own and are handed on, a few
 * at a time, on the context of whoever asked.
 */
final class ProviderStream implements ModelStream.Asked, StreamingChatResponseHandler {
  private static final int LONGEST_MESSAGE = 500;
  private static final Set<String> PASSING =
      Set.of("overloaded_error", "rate_limit_error", "api_error", "timeout_error");

  private final Context home;
  private final Consumer<String> onText;
  private final Promise<ModelAnswer> answer = Promise.promise();
  private final StringBuilder waiting = new StringBuilder();
  private volatile long heardAtNanos = System.nanoTime();
  private volatile boolean givenUp;
  private volatile @Nullable Thread worker;
  private volatile boolean ended;
  private Runnable onGivenUp = () -> {};

  ProviderStream(Context home, Consumer<String> onText) {
    this.home = home;
    this.onText = onText;
  }

  @Override
  public Future<ModelAnswer> answer() {
    return answer.future();
  }

  @Override
  public void giveUp() {
    end();
    onGivenUp.run();
  }

  private void end() {
    givenUp = true;
    Thread working = worker;
    if (working != null) {
      working.interrupt();
    }
  }

  /**
   * From now on giving it up interrupts the calling thread, which does nothing else.
   *
   * @return false when nobody wants it any more
   */
  boolean worksHere() {
    worker = Thread.currentThread();
    return !givenUp;
  }

  /** What to do when nobody wants the rest; on the context of whoever asked. */
  void onGivenUp(Runnable listener) {
    onGivenUp = listener;
  }

  /** How long nothing has come, in nanoseconds. */
  long silenceNanos() {
    return System.nanoTime() - heardAtNanos;
  }

  /** Ends it from outside. */
  void fail(ModelFailure failure) {
    end();
    answer.tryFail(failure);
  }

  /** Nothing more comes: an answer that has not ended by now broke off. */
  void overHere() {
    if (!ended) {
      onError(new IOException("the answer broke off"));
    }
  }

  @Override
  public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
    if (goesOn(context.streamingHandle())) {
      hand(piece.text());
    }
  }

  @Override
  public void onPartialThinking(PartialThinking piece, PartialThinkingContext context) {
    goesOn(context.streamingHandle());
  }

  @Override
  public void onPartialToolCall(PartialToolCall piece, PartialToolCallContext context) {
    goesOn(context.streamingHandle());
  }

  private boolean goesOn(@Nullable StreamingHandle handle) {
    heardAtNanos = System.nanoTime();
    if (givenUp && handle != null) {
      handle.cancel();
    }
    return !givenUp;
  }

  private void hand(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return;
    }
    boolean first;
    synchronized (waiting) {
      first = waiting.isEmpty();
      waiting.append(text);
    }
    if (first) {
      home.runOnContext(turn -> flush());
    }
  }

  private void flush() {
    String text;
    synchronized (waiting) {
      text = waiting.toString();
      waiting.setLength(0);
    }
    if (!givenUp && !text.isEmpty()) {
      onText.accept(text);
    }
  }

  @Override
  public void onCompleteResponse(ChatResponse response) {
    ended = true;
    home.runOnContext(
        turn -> {
          flush();
          if (!givenUp) {
            complete(response);
          }
        });
  }

  private void complete(ChatResponse response) {
    List<ToolCall> calls = new ArrayList<>();
    for (ToolExecutionRequest request : response.aiMessage().toolExecutionRequests()) {
      ObjectNode arguments = arguments(request.arguments());
      if (arguments == null) {
        answer.tryFail(
            new ModelFailure(
                "the model called " + request.name() + " with arguments that are not JSON", true));
        return;
      }
      String id = request.id() == null ? "call_" + calls.size() : request.id();
      calls.add(new ToolCall(id, request.name(), arguments));
    }
    String text = response.aiMessage().text();
    boolean cut = response.finishReason() == FinishReason.LENGTH;
    String reason = calls.isEmpty() ? "stop" : "toolUse";
    answer.tryComplete(
        new ModelAnswer(
            text == null ? "" : text,
            calls,
            usage(response.tokenUsage()),
            Thoughts.block(response.aiMessage()),
            cut ? "length" : reason));
  }

  private static @Nullable ObjectNode arguments(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return Json.object();
    }
    JsonNode parsed = Json.tryParse(text);
    return parsed instanceof ObjectNode object ? object : null;
  }

  private static ModelUsage usage(@Nullable TokenUsage usage) {
    if (usage == null) {
      return ModelUsage.NONE;
    }
    long input = number(usage.inputTokenCount());
    long output = number(usage.outputTokenCount());
    return switch (usage) {
      case OpenAiTokenUsage open when open.inputTokensDetails() != null -> {
        long cached = number(open.inputTokensDetails().cachedTokens());
        yield new ModelUsage(Math.max(0, input - cached), output, cached, 0);
      }
      case AnthropicTokenUsage counted ->
          new ModelUsage(
              input,
              output,
              number(counted.cacheReadInputTokens()),
              number(counted.cacheCreationInputTokens()));
      default -> new ModelUsage(input, output, 0, 0);
    };
  }

  private static long number(@Nullable Integer count) {
    return count == null ? 0 : count;
  }

  @Override
  public void onError(Throwable error) {
    ended = true;
    ModelFailure failure = failure(error);
    home.runOnContext(
        turn -> {
          flush();
          if (!givenUp) {
            answer.tryFail(failure);
          }
        });
  }

  static ModelFailure failure(Throwable error) {
    boolean passing = false;
    boolean badRequest = false;
    String said = null;
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof HttpException http) {
        int status = http.statusCode();
        passing |= status == 429 || status == 408 || status >= 500;
        badRequest = status == 400 || status == 413 || status == 422;
        said = status + " " + message(http);
        break;
      }
      passing |=
          at instanceof RetriableException
              || at instanceof IOException
              || (at instanceof AnthropicStreamingException told && PASSING.contains(told.type()));
      said = message(at);
    }
    String text = said == null ? error.getClass().getSimpleName() : said;
    return new ModelFailure(
        text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + "…",
        passing,
        !badRequest);
  }

  /** The text of an error object where the body is one. */
  private static String message(Throwable thrown) {
    String text = thrown.getMessage();
    if (text == null || text.isBlank()) {
      return thrown.getClass().getSimpleName();
    }
    JsonNode body = text.startsWith("{") ? Json.tryParse(text) : null;
    JsonNode error = body == null ? Json.object() : body.path("error");
    JsonNode inner = error.isTextual() ? error : error.path("message");
    return inner.isTextual() ? inner.textValue() : text;
  }
}
