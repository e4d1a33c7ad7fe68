package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentRules;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.RunningTurn;
import dev.krabkrab.gateway.agent.agents.ToolForbiddenException;
import dev.krabkrab.gateway.agent.agents.TurnListener;
import dev.krabkrab.gateway.agent.agents.TurnRequest;
import dev.krabkrab.gateway.agent.agents.TurnResult;
import dev.krabkrab.gateway.agent.models.ModelFailure;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out a run whose turn it is: the session, the command or the turn, the transcript. */
final class Execution implements TurnListener {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  private final RunTools tools;
  private final RunRequest request;
  private final RunEvents events;
  private final AgentRules rules;
  private final RunTranscript transcript;
  private final long token;
  private final long startedAt;
  private final LocalRun run;
  private final RunPauses pauses;
  private final Promise<RunOutcome> outcome = Promise.promise();
  private @Nullable Conversation conversation;
  private @Nullable RunningTurn turn;
  private @Nullable PromptPreparation preparation;
  private @Nullable String abortedFor;
  private boolean answered;

  Execution(
      RunTools tools,
      LocalRun run,
      RunEvents events,
      AgentRules rules,
      RunGrant grant,
      RunPauses pauses) {
    this.tools = tools;
    this.request = run.request();
    this.events = events;
    this.rules = rules;
    this.transcript = new RunTranscript(tools, request, grant.token());
    this.token = grant.token();
    this.startedAt = grant.startedAt();
    this.run = run;
    this.pauses = pauses;
  }

  /** How it is to end; whether it may end so is decided elsewhere. Never fails. */
  Future<RunOutcome> outcome() {
    return outcome.future();
  }

  long seq() {
    return events.seq();
  }

  RunEvents events() {
    return events;
  }

  long startedAt() {
    return startedAt;
  }

  /** Whether a command was answered, without a model. */
  boolean isCommand() {
    return answered;
  }

  /** Why it was aborted, or null. */
  @Nullable String abortedFor() {
    return abortedFor;
  }

  Execution begin() {
    if (!rules.known()) {
      // It was taken out while the run waited.
      outcome.complete(RunOutcome.failed(rules.unknown()));
      return this;
    }
    long limit = request.timeoutMs() > 0 ? request.timeoutMs() : rules.timeoutSeconds() * 1_000L;
    long timer = tools.vertx().setTimer(limit, late -> abort("timeout"));
    outcome.future().onComplete(done -> tools.vertx().cancelTimer(timer));
    allowed()
        .compose(still -> tools.conversations().enter(request.sessionKey()))
        .compose(this::entered)
        .onFailure(this::failed);
    return this;
  }

  private Future<Void> allowed() {
    return run.isToBeChecked()
        ? tools.rights().require(request.asker().authority())
        : Future.succeededFuture();
  }

  /** Ends it where it is; what was said so far is kept. */
  void abort(String why) {
    if (outcome.future().isComplete() || abortedFor != null) {
      return;
    }
    abortedFor = why;
    giveUpPreparation();
    Conversation in = conversation;
    ObjectNode unfinished = turn == null ? null : turn.giveUp("aborted");
    Future<?> kept =
        in == null || unfinished == null
            ? Future.succeededFuture()
            : tools.conversations().append(in, unfinished, null, token);
    kept.onComplete(
        done -> outcome.tryComplete(RunOutcome.aborted(events.text().strip(), meta(null, true))));
  }

  /** Its work was done when somebody had been promised that it is aborted. */
  void promised(String why) {
    abortedFor = why;
  }

  /** Ends it with an error where it is. */
  void stop(String error) {
    if (!isOver()) {
      giveUpPreparation();
      if (turn != null) {
        turn.giveUp("error");
      }
      outcome.tryComplete(RunOutcome.failed(error));
    }
  }

  /** The run is somebody else's: nothing more is said or written. */
  void drop() {
    abortedFor = "lost";
    events.silence();
    giveUpPreparation();
    if (turn != null) {
      turn.giveUp("aborted");
    }
    outcome.tryComplete(RunOutcome.lost());
  }

  private void giveUpPreparation() {
    if (preparation != null) {
      preparation.giveUp();
    }
  }

  private boolean isOver() {
    return abortedFor != null || outcome.future().isComplete();
  }

  private Future<Void> entered(Conversation in) {
    conversation = in;
    boolean ofPeople = request.asker().authority().source() == null;
    Future<String> command = ofPeople ? Commands.answer(request.message(), in, tools) : null;
    if (command != null) {
      return command.compose(this::answer);
    }
    events.started(startedAt);
    transcript.noteWay(in);
    return transcript
        .writePrompt(in, this::isOver)
        .compose(
            kept -> tools.conversations().messages(in.sessionId(), PromptPreparation.MOST_MESSAGES))
        .onSuccess(messages -> prepare(in, messages))
        .mapEmpty();
  }

  private Future<Void> answer(String text) {
    answered = true;
    return transcript
        .commandAnswered(text)
        .onSuccess(kept -> outcome.tryComplete(RunOutcome.done(text, meta(null, false))));
  }

  private void prepare(Conversation in, List<ObjectNode> messages) {
    if (!isOver()) {
      RunContext seat = new RunContext(pauses, run, this::isOver);
      PromptPreparation preparing =
          new PromptPreparation(tools, request, events, rules, token, seat);
      preparation = preparing;
      preparing.of(in, messages).onSuccess(this::ask).onFailure(this::failed);
    }
  }

  private void ask(TurnRequest turnRequest) {
    if (!isOver()) {
      RunningTurn begun = tools.turns().begin(turnRequest, this);
      turn = begun;
      begun.result().onComplete(this::finished, this::failed);
    }
  }

  private void finished(TurnResult result) {
    if (isOver()) {
      return;
    }
    Conversation in = conversation;
    Future<Void> settled =
        in == null
            ? Future.succeededFuture()
            : tools.conversations().settle(in.key(), in.sessionId(), RunSummary.counters(result));
    tools.usage().used(request.sessionKey(), result.model(), result.usage());
    settled
        .onFailure(e -> LOG.warn("tokens of a run are not counted: {}", e.getMessage()))
        .onComplete(
            done -> outcome.tryComplete(RunOutcome.done(result.text(), meta(result, false))));
  }

  private ObjectNode meta(@Nullable TurnResult result, boolean aborted) {
    return RunSummary.meta(conversation, result, aborted, tools.clock().millis() - startedAt);
  }

  private void failed(Throwable cause) {
    if (isOver()) {
      return;
    }
    switch (cause) {
      case ModelFailure failure -> fail(String.valueOf(failure.getMessage()));
      case ToolForbiddenException lost -> fail(String.valueOf(lost.getMessage()));
      case RedisUnavailableException away -> fail("gateway state is unavailable");
      case RunTranscript.LateException late -> drop();
      default -> {
        LOG.error("run {} failed", request.runId(), cause);
        fail("internal error");
      }
    }
  }

  private void fail(String error) {
    outcome.tryComplete(RunOutcome.failed(error));
  }

  @Override
  public void text(String piece) {
    if (!isOver()) {
      events.text(piece);
      run.onText().accept(piece);
    }
  }

  @Override
  public void toolStarted(String callId, String name, ObjectNode arguments) {
    events.toolStarted(callId, name, arguments);
  }

  @Override
  public void toolFinished(
      String callId, String name, ObjectNode arguments, AgentTool.Result result) {
    events.toolFinished(callId, name, result);
  }

  @Override
  public Future<Void> said(ObjectNode message) {
    Conversation in = conversation;
    if (in == null) {
      return Future.failedFuture(new RunTranscript.LateException());
    }
    return transcript.say(in, message);
  }

  @Override
  public Future<List<ObjectNode>> tooLong(
      ModelName model, List<ObjectNode> messages, ModelFailure.TooLong why) {
    Conversation in = conversation;
    return in == null || preparation == null
        ? Future.failedFuture(new RunTranscript.LateException())
        : preparation.shorter(in, model, messages, why);
  }
}
