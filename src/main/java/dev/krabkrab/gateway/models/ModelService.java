package dev.krabkrab.gateway.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Variables;
import dev.krabkrab.gateway.sessions.SessionRules.ModelName;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks the models of the gateway document, and the built-in one. Made on, and for, one context.
 * Whoever asks decides what to do about a failure: here nothing is tried twice.
 */
public final class ModelService implements ModelStream {
  private static final long LOOK_EVERY_MS = 5_000;

  /** A provider that says nothing for so long in the middle of an answer has forgotten it. */
  private static final long LONGEST_SILENCE_MS = 120_000;

  private final Vertx vertx;
  private final Supplier<ObjectNode> document;
  private final Variables variables;
  private final Executor blocking;
  private final ProviderModels models;
  private final ProviderRequests requests = new ProviderRequests();
  private final ModelStream echo = new EchoModel();

  /**
   * @param document the gateway document in force
   * @param variables that settings may name
   * @param blocking runs what waits for providers: a thread for each
   */
  public ModelService(
      Vertx vertx, Supplier<ObjectNode> document, Variables variables, Executor blocking) {
    this.vertx = vertx;
    this.document = document;
    this.variables = variables;
    this.blocking = blocking;
    this.models = new ProviderModels(blocking);
  }

  /** How the provider of a model is spoken to, as transcripts say it. */
  public String api(ModelName model) {
    JsonNode entry = document.get().at("/models/providers").path(model.provider());
    return isBuiltIn(model)
        ? "builtin"
        : ModelProvider.Api.of(entry.path("api").asText(), model.provider()).wire();
  }

  /** What a model takes at once, in tokens; 0 when the document does not say. */
  public int contextWindow(ModelName model) {
    return ModelEntry.of(document.get(), model).contextWindow();
  }

  /** Why a model cannot be asked, for people; empty when it can. */
  public String problem(ModelName model) {
    if (isBuiltIn(model)) {
      return "";
    }
    try {
      return ModelProvider.of(document.get(), model.provider(), variables) == null
          ? "There is no provider " + model.provider() + " in the gateway document."
          : "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public Asked ask(ModelRequest request, Consumer<String> onText) {
    if (isBuiltIn(request.model())) {
      return echo.ask(request, onText);
    }
    ProviderStream stream = new ProviderStream(vertx.getOrCreateContext(), onText);
    try {
      ModelProvider provider =
          ModelProvider.of(document.get(), request.model().provider(), variables);
      if (provider == null) {
        throw new IllegalArgumentException(
            "no models.providers." + request.model().provider() + " in the gateway document");
      }
      begin(provider, request, stream);
    } catch (IllegalArgumentException e) {
      stream.fail(new ModelFailure(String.valueOf(e.getMessage()), false));
    }
    return stream;
  }

  private static boolean isBuiltIn(ModelName model) {
    return model.equals(ModelName.BUILT_IN);
  }

  private void begin(ModelProvider provider, ModelRequest request, ProviderStream stream) {
    ModelEntry entry = ModelEntry.of(document.get(), request.model());
    ChatRequest asked = requests.of(provider.api(), entry, request);
    var model = models.of(provider, request.model());
    watch(stream);
    blocking.execute(
        () -> {
          if (!stream.worksHere()) {
            return;
          }
          try {
            model.chat(asked, stream);
            stream.overHere();
          } catch (RuntimeException e) {
            stream.onError(e);
          }
        });
  }

  private void watch(ProviderStream stream) {
    long timer =
        vertx.setPeriodic(
            LOOK_EVERY_MS,
            look -> {
              if (stream.silenceNanos() > TimeUnit.MILLISECONDS.toNanos(LONGEST_SILENCE_MS)) {
                stream.fail(new ModelFailure("the provider fell silent", true));
              }
            });
    Future<ModelAnswer> answer = stream.answer();
    answer.onComplete(done -> vertx.cancelTimer(timer));
    stream.onGivenUp(() -> vertx.cancelTimer(timer));
  }
}
