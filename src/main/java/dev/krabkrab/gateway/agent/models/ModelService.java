package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Variables;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the models of the gateway document, and the built-in one. Made on, and for, one context.
 * Whoever asks decides what to do about a failure: here nothing is tried twice.
 */
public final class ModelService implements ModelStream {
  private static final Logger LOG = LoggerFactory.getLogger(ModelService.class);

  /** A provider that says nothing for so long, not even a comment, has forgotten its answer. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(120);

  /** So long the end of an answer that is whole is waited for, which says what it cost. */
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Supplier<ObjectNode> document;
  private final Variables variables;
  private final Executor blocking;
  private final ProviderHttp http;
  private final Duration silence;
  private final ContextLimits limits;
  private final ProviderRequests requests = new ProviderRequests();
  private final ModelStream echo = new EchoModel();

  /**
   * How providers are reached.
   *
   * @param blocking runs what waits for them: a thread for each
   * @param egress the way out
   */
  public record Transport(Executor blocking, Egress egress) {}

  /**
   * @param document the gateway document in force
   * @param variables that settings may name
   */
  public ModelService(
      Vertx vertx,
      Supplier<ObjectNode> document,
      Variables variables,
      Transport transport,
      InstantSource clock) {
    this(vertx, document, variables, transport, clock, LONGEST_SILENCE);
  }

  ModelService(
      Vertx vertx,
      Supplier<ObjectNode> document,
      Variables variables,
      Transport transport,
      InstantSource clock,
      Duration silence) {
    this.vertx = vertx;
    this.document = document;
    this.variables = variables;
    this.blocking = transport.blocking();
    this.http = new ProviderHttp(blocking, transport.egress(), clock);
    this.silence = silence;
    this.limits =
        new LearntLimits(name -> ModelEntry.of(document.get(), name).contextWindow(), clock);
  }

  /** How the provider of a model is spoken to, as transcripts say it. */
  public String api(ModelName model) {
    JsonNode entry = document.get().at("/models/providers").path(model.provider());
    return isBuiltIn(model)
        ? "builtin"
        : ModelProvider.Api.of(entry.path("api").asText(), model.provider()).wire();
  }

  /** What models take at once. */
  public ContextLimits limits() {
    return limits;
  }

  /** Why a model is not usable, for people; empty when it is. */
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
  public PendingAnswer ask(ModelRequest request, Consumer<String> onText) {
    if (isBuiltIn(request.model())) {
      return echo.ask(request, onText);
    }
    try {
      ModelProvider provider =
          ModelProvider.of(document.get(), request.model().provider(), variables);
      if (provider == null) {
        throw new IllegalArgumentException(
            "no models.providers." + request.model().provider() + " in the gateway document");
      }
      List<String> secrets = new ArrayList<>(provider.headers().values());
      if (provider.apiKey() != null) {
        secrets.add(provider.apiKey());
      }
      ProviderStream stream = new ProviderStream(vertx.getOrCreateContext(), onText, secrets);
      begin(provider, request, stream);
      return stream;
    } catch (IllegalArgumentException e) {
      ProviderStream none = new ProviderStream(vertx.getOrCreateContext(), onText, List.of());
      none.fail(new ModelFailure(String.valueOf(e.getMessage()), false));
      return none;
    }
  }

  private static boolean isBuiltIn(ModelName model) {
    return model.equals(ModelName.BUILT_IN);
  }

  private void begin(ModelProvider provider, ModelRequest request, ProviderStream stream) {
    ModelEntry entry = ModelEntry.of(document.get(), request.model());
    ChatRequest chat = requests.of(provider.api(), entry, request);
    AnswerReader reader = reader(provider.api(), request, stream);
    watch(stream);
    blocking.execute(
        () -> {
          if (!stream.worksHere()) {
            return;
          }
          try {
            HttpRequest written = RequestWriter.write(provider, request.model(), chat);
            http.ask(written, stream, reader);
          } catch (RuntimeException e) {
            LOG.error("{} could not be asked", request.model(), e);
            stream.fail(new ModelFailure("the model could not be asked", false));
          } finally {
            stream.isDoneHere();
          }
        });
  }

  private static AnswerReader reader(
      ModelProvider.Api api, ModelRequest request, ProviderStream stream) {
    boolean afterTools =
        !request.messages().isEmpty()
            && request.messages().getLast().path("role").asText().equals("toolResult");
    AnswerParts parts = new AnswerParts(stream::text, ToolCallAssembler.of(request), afterTools);
    return switch (api) {
      case OPENAI -> new OpenAiReader(parts);
      case ANTHROPIC -> new AnthropicReader(parts);
      case OLLAMA -> new OllamaReader(parts);
    };
  }

  private void watch(ProviderStream stream) {
    long timer =
        vertx.setPeriodic(
            Math.max(1, Math.min(LONGEST_END.toMillis(), silence.toMillis() / 4)),
            look -> {
              if (stream.wholeNanos() > Math.min(LONGEST_END.toNanos(), silence.toNanos() / 2)) {
                stream.hangUp();
              } else if (stream.silenceNanos() > silence.toNanos()) {
                stream.breakOff(new ModelFailure("the provider fell silent", true));
              }
            });
    Future<ModelAnswer> answer = stream.answer();
    answer.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          // What is left of it is read, so that the connection can be used again; not for ever.
          vertx.setTimer(LONGEST_END.toMillis(), late -> stream.hangUp());
        });
    stream.onGivenUp(() -> vertx.cancelTimer(timer));
  }
}
