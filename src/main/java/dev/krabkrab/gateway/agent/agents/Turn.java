package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelAnswer;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.agent.models.ModelFailure;
import dev.krabkrab.gateway.agent.models.ModelRequest;
import dev.krabkrab.gateway.agent.models.ModelService;
import dev.krabkrab.gateway.agent.models.ModelStream;
import dev.krabkrab.gateway.agent.models.ModelUsage;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn of an agent: asks the model, does what it calls for, and asks again until it has nothing
 * more to do. A model that fails before it said anything is asked again, then the next one is.
 */
final class Turn implements RunningTurn {
  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);
  private static final int MOST_ROUNDS = 64;

  private final Vertx vertx;
  private final ModelService models;
  private final TurnTranscript transcript;
  private final InstantSource clock;
  private final ModelRetries attempts;
  private final TurnRequest request;
  private final TurnListener listener;
  private final TurnTools tools;
  private final Promise<TurnResult> result = Promise.promise();
  private final List<ObjectNode> messages;
  private final StringBuilder said = new StringBuilder();
  private final StringBuilder round = new StringBuilder();
  private ModelUsage usage = ModelUsage.NONE;
  private int model;
  private boolean shortened;
  private int rounds;
  private boolean over;
  private ModelStream.@Nullable PendingAnswer pending;

  Turn(Vertx vertx, TurnResources with, TurnRequest request, TurnListener listener) {
    this.vertx = vertx;
    this.models = with.models();
    this.transcript = new TurnTranscript(models, with.document(), with.clock());
    this.clock = with.clock();
    this.attempts = new ModelRetries(with.random());
    this.request = request;
    this.listener = listener;
    this.tools = new TurnTools(request.tools());
    this.messages = new ArrayList<>(request.messages());
  }

  Turn begin() {
    ask();
    return this;
  }

  @Override
  public Future<TurnResult> result() {
    return result.future();
  }

  @Override
  public @Nullable ObjectNode giveUp(String stopReason) {
    over = true;
    if (pending != null) {
      pending.giveUp();
    }
    return round.isEmpty()
        ? null
        : transcript.said(
            name(), new ModelAnswer(round.toString(), List.of(), ModelUsage.NONE, stopReason));
  }

  private ModelName name() {
    return request.models().get(model);
  }

  private void ask() {
    round.setLength(0);
    boolean forced = rounds == 0 && request.clientToolFirst();
    pending =
        models.ask(
            new ModelRequest(
                name(),
                request.system(),
                messages,
                tools.offered(forced),
                request.thinking(),
                request.maxTokens(),
                forced),
            this::text);
    pending.answer().onComplete(this::answered, this::failed);
  }

  private void text(String piece) {
    if (over) {
      return;
    }
    if (round.isEmpty() && !said.isEmpty()) {
      listener.text("\n\n");
      said.append("\n\n");
    }
    round.append(piece);
    said.append(piece);
    listener.text(piece);
  }

  private void answered(ModelAnswer given) {
    if (over) {
      return;
    }
    ModelAnswer answer = tools.withOneOfClient(given);
    attempts.reset();
    shortened = false;
    usage = usage.plus(answer.usage());
    if (round.isEmpty() && !answer.text().isEmpty()) {
      text(answer.text());
    }
    ObjectNode message = transcript.said(name(), answer);
    messages.add(message);
    listener
        .said(message)
        .onSuccess(kept -> goOn(answer))
        .onFailure(
            lost -> {
              over = true;
              result.tryFail(lost);
            });
  }

  private void goOn(ModelAnswer answer) {
    if (over) {
      return;
    }
    if (answer.calls().isEmpty()) {
      complete(answer, null);
    } else if (++rounds >= MOST_ROUNDS) {
      end(new ModelFailure("the agent used tools " + MOST_ROUNDS + " times without an end", false));
    } else {
      useTool(answer, 0);
    }
  }

  private void complete(ModelAnswer answer, @Nullable ToolCall call) {
    over = true;
    result.tryComplete(
        new TurnResult(said.toString().strip(), name(), usage, answer.usage().total(), call));
  }

  private void useTool(ModelAnswer answer, int at) {
    List<ToolCall> calls = answer.calls();
    if (over) {
      return;
    }
    if (at == calls.size()) {
      calls.stream()
          .filter(tools::isOfClient)
          .findFirst()
          .ifPresentOrElse(call -> complete(answer, call), this::ask);
      return;
    }
    ToolCall call = calls.get(at);
    if (tools.isOfClient(call)) {
      useTool(answer, at + 1);
      return;
    }
    listener.toolStarted(call.id(), call.name(), call.arguments());
    tools
        .use(call, request.use())
        .compose(
            done -> {
              if (over) {
                return Future.succeededFuture();
              }
              listener.toolFinished(call.id(), call.name(), call.arguments(), done);
              ObjectNode message = ToolResults.message(call, done, clock.millis());
              messages.add(message);
              return listener.said(message);
            })
        .onSuccess(kept -> useTool(answer, at + 1))
        .onFailure(
            lost -> {
              over = true;
              result.tryFail(lost);
            });
  }

  private void failed(Throwable cause) {
    if (over) {
      return;
    }
    ModelFailure failure =
        cause instanceof ModelFailure known
            ? known
            : new ModelFailure("the model could not be asked: " + cause.getMessage(), false);
    if (!round.isEmpty()) {
      end(ModelRetries.last(failure));
    } else if (failure.tooLong() != null && !shortened) {
      shorten(failure, failure.tooLong());
    } else {
      again(failure);
    }
  }

  private void shorten(ModelFailure failure, ModelFailure.TooLong why) {
    shortened = true;
    LOG.info("{} takes less than it was asked ({})", name(), failure.getMessage());
    listener
        .tooLong(name(), List.copyOf(messages), why)
        .onSuccess(
            shorter -> {
              if (!over) {
                messages.clear();
                messages.addAll(shorter);
                ask();
              }
            })
        .onFailure(
            same -> {
              if (!over) {
                again(failure);
              }
            });
  }

  private void again(ModelFailure failure) {
    long wait = attempts.nextMs(failure);
    if (wait >= 0) {
      LOG.debug("{} failed ({}); again in {} ms", name(), failure.getMessage(), wait);
      vertx
          .timer(wait, TimeUnit.MILLISECONDS)
          .onSuccess(
              due -> {
                if (!over) {
                  ask();
                }
              });
    } else if (failure.isOfThisModel() && model + 1 < request.models().size()) {
      LOG.info("{} failed ({}); going on with the next model", name(), failure.getMessage());
      model++;
      attempts.reset();
      shortened = false;
      ask();
    } else {
      end(ModelRetries.last(failure));
    }
  }

  private void end(ModelFailure failure) {
    over = true;
    ModelAnswer broken = new ModelAnswer(round.toString(), List.of(), ModelUsage.NONE, "error");
    ObjectNode message = transcript.said(name(), broken).put("errorMessage", failure.getMessage());
    listener.said(message).onComplete(kept -> result.tryFail(failure));
  }
}
