package dev.krabkrab.gateway.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentRules;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.agents.RunningTurn;
import dev.krabkrab.gateway.agents.TurnListener;
import dev.krabkrab.gateway.agents.TurnRequest;
import dev.krabkrab.gateway.agents.TurnResult;
import dev.krabkrab.gateway.models.ModelFailure;
import dev.krabkrab.gateway.models.ModelUsage;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisUnavailableException;
import dev.krabkrab.gateway.sessions.Conversation;
import dev.krabkrab.gateway.sessions.SessionRules.ModelName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out a run whose turn it is: the session, the command or the turn, the transcript. */
final class Execution implements TurnListener {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Of the conversation, as much as a model is given. */
  private static final int MOST_MESSAGES = 200;

  /** A rough count that errs on the safe side. */
  private static final int CHARACTERS_PER_TOKEN = 3;

  private final RunTools tools;
  private final RunRequest request;
  private final RunEvents events;
  private final AgentRules rules;
  private final long token;
  private final long startedAt;
  private final Consumer<String> onText;
  private final Promise<RunOutcome> outcome = Promise.promise();
  private @Nullable Conversation conversation;
  private @Nullable RunningTurn turn;
  private @Nullable String abortedFor;
  private boolean answered;

  /**
   * @param token what it may write with
   * @param onText pieces of the answer, for whoever asked
   */
  Execution(
      RunTools tools,
      RunRequest request,
      RunEvents events,
      AgentRules rules,
      long token,
      long startedAt,
      Consumer<String> onText) {
    this.tools = tools;
    this.request = request;
    this.events = events;
    this.rules = rules;
    this.token = token;
    this.startedAt = startedAt;
    this.onText = onText;
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
    long limit = request.timeoutMs() > 0 ? request.timeoutMs() : rules.timeoutSeconds() * 1_000L;
    long timer = tools.vertx().setTimer(limit, late -> abort("timeout"));
    outcome.future().onComplete(done -> tools.vertx().cancelTimer(timer));
    tools
        .conversations()
        .enter(request.sessionKey())
        .compose(this::entered)
        .onFailure(this::failed);
    return this;
  }

  /** Ends it where it is; what was said so far is kept. */
  void abort(String why) {
    if (outcome.future().isComplete() || abortedFor != null) {
      return;
    }
    abortedFor = why;
    Conversation in = conversation;
    ObjectNode unfinished = turn == null ? null : turn.giveUp("aborted");
    Future<?> kept =
        in == null || unfinished == null
            ? Future.succeededFuture()
            : tools.conversations().append(in.sessionId(), unfinished, token);
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
    if (turn != null) {
      turn.giveUp("aborted");
    }
    outcome.tryComplete(RunOutcome.lost());
  }

  private boolean isOver() {
    return abortedFor != null || outcome.future().isComplete();
  }

  private Future<Void> entered(Conversation in) {
    conversation = in;
    Future<String> command = Commands.answer(request.message(), in, tools);
    if (command != null) {
      return command.compose(this::answer);
    }
    events.started(startedAt);
    return asked(in)
        .compose(kept -> tools.conversations().messages(in.sessionId(), MOST_MESSAGES))
        .onSuccess(messages -> ask(in, messages))
        .mapEmpty();
  }

  /** Takes down what is to be answered: results of tools, a message, or both. */
  private Future<Void> asked(Conversation in) {
    if (request.client().outputs().isEmpty()) {
      return said(userMessage(request.message()));
    }
    return tools
        .conversations()
        .messages(in.sessionId(), MOST_MESSAGES)
        .compose(
            messages -> {
              ClientAnswers answers =
                  ClientAnswers.of(request.client().outputs(), messages, tools.clock().millis());
              Future<Void> kept = Future.succeededFuture();
              for (ObjectNode result : answers.results()) {
                kept = kept.compose(before -> said(result));
              }
              String more = (answers.rest() + "\n" + request.message()).strip();
              return more.isEmpty() ? kept : kept.compose(before -> said(userMessage(more)));
            });
  }

  private Future<Void> answer(String text) {
    answered = true;
    // A command may have begun the session anew.
    return tools
        .conversations()
        .find(request.sessionKey())
        .compose(
            now ->
                now.isEmpty()
                    ? Future.succeededFuture(false)
                    : tools.conversations().append(now.get().sessionId(), injected(text), token))
        .onSuccess(kept -> outcome.tryComplete(RunOutcome.done(text, meta(null, false))))
        .mapEmpty();
  }

  private ObjectNode injected(String text) {
    ObjectNode message = Json.object().put("role", "assistant");
    message.putArray("content").addObject().put("type", "text").put("text", text);
    message.put("timestamp", tools.clock().millis()).put("stopReason", "injected");
    message.set("usage", ModelUsage.NONE.toJson());
    return message;
  }

  private ObjectNode userMessage(String words) {
    ObjectNode message = Json.object().put("role", "user");
    ArrayNode content = message.putArray("content");
    String stamped =
        "["
            + STAMP.format(tools.clock().instant())
            + "] "
            + words
            + "\n[message_id: "
            + request.runId().replaceAll("[\\]\\p{Cntrl}]", "_")
            + "]";
    content.addObject().put("type", "text").put("text", stamped);
    for (RunImage image : request.images()) {
      content
          .addObject()
          .put("type", "image")
          .put("mimeType", image.mimeType())
          .put("data", image.data());
    }
    return message.put("timestamp", tools.clock().millis());
  }

  private void ask(Conversation in, List<ObjectNode> messages) {
    if (isOver()) {
      return;
    }
    String agent = tools.conversations().rules().agentOfKey(request.sessionKey());
    AgentTool.Use use =
        new AgentTool.Use(request.sessionKey(), agent, request.runId(), this::isOver);
    List<AgentTool> allowed = new ArrayList<>(request.client().tools());
    tools.tools().stream()
        .filter(tool -> rules.allows(tool.name()))
        .filter(tool -> allowed.stream().noneMatch(own -> own.name().equals(tool.name())))
        .forEach(allowed::add);
    turn =
        tools
            .turns()
            .begin(
                new TurnRequest(
                    use,
                    models(in),
                    instructions(),
                    fitting(messages),
                    allowed,
                    request.client().maxTokens()),
                this);
    turn.result().onComplete(this::ended, this::failed);
  }

  private void ended(TurnResult result) {
    if (isOver()) {
      return;
    }
    Conversation in = conversation;
    Future<Void> settled =
        in == null
            ? Future.succeededFuture()
            : tools.conversations().settle(in.key(), in.sessionId(), counters(result));
    tools.usage().used(request.sessionKey(), result.model(), result.usage());
    settled
        .onFailure(e -> LOG.warn("tokens of a run are not counted: {}", e.getMessage()))
        .onComplete(
            done -> outcome.tryComplete(RunOutcome.done(result.text(), meta(result, false))));
  }

  private static Map<String, JsonNode> counters(TurnResult result) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return Map.of(
        "+inputTokens", json.numberNode(result.usage().input()),
        "+outputTokens", json.numberNode(result.usage().output()),
        "totalTokens", json.numberNode(result.context()),
        "modelProvider", json.textNode(result.model().provider()),
        "model", json.textNode(result.model().id()));
  }

  private ObjectNode meta(@Nullable TurnResult result, boolean aborted) {
    ObjectNode meta =
        Json.object().put("durationMs", Math.max(0, tools.clock().millis() - startedAt));
    ObjectNode agent = meta.putObject("agentMeta");
    Conversation in = conversation;
    if (in != null) {
      agent.put("sessionId", in.sessionId());
    }
    if (result != null) {
      agent.put("provider", result.model().provider()).put("model", result.model().id());
      agent
          .putObject("usage")
          .put("input", result.usage().input())
          .put("output", result.usage().output())
          .put("cacheRead", result.usage().cacheRead())
          .put("cacheWrite", result.usage().cacheWrite())
          .put("total", result.usage().total());
      if (result.call() != null) {
        meta.put("stopReason", "tool_calls")
            .putArray("pendingToolCalls")
            .addObject()
            .put("id", result.call().id())
            .put("name", result.call().name())
            .put("arguments", Json.text(result.call().arguments()));
      }
    }
    return meta.put("aborted", aborted);
  }

  private void failed(Throwable cause) {
    if (isOver()) {
      return;
    }
    switch (cause) {
      case ModelFailure failure -> fail(String.valueOf(failure.getMessage()));
      case RedisUnavailableException away -> fail("gateway state is unavailable");
      case LateException late -> drop();
      default -> {
        LOG.error("run {} failed", request.runId(), cause);
        fail("internal error");
      }
    }
  }

  private void fail(String error) {
    outcome.tryComplete(RunOutcome.failed(error));
  }

  private List<ModelName> models(Conversation in) {
    String wanted = request.model();
    ModelName own =
        wanted == null
            ? in.model()
            : ModelName.of(wanted, tools.conversations().rules().model().provider());
    if (own == null) {
      return rules.models();
    }
    // Whoever chose a model does not want the usual one, but may get a substitute.
    List<ModelName> models = new ArrayList<>(rules.models().subList(1, rules.models().size()));
    models.remove(own);
    models.addFirst(own);
    return models;
  }

  private String instructions() {
    String more = request.instructions();
    if (more == null || more.isBlank()) {
      return rules.instructions();
    }
    return rules.instructions().isEmpty() ? more : rules.instructions() + "\n\n" + more;
  }

  /** The last messages, as many as a model has room for; always the one to be answered. */
  private List<ObjectNode> fitting(List<ObjectNode> messages) {
    long room = (long) tools.conversations().rules().contextTokens() * CHARACTERS_PER_TOKEN;
    int from = messages.size();
    while (from > 0) {
      room -= Json.text(messages.get(from - 1)).length();
      if (room < 0 && from < messages.size()) {
        break;
      }
      from--;
    }
    return messages.subList(from, messages.size());
  }

  @Override
  public void text(String piece) {
    if (!isOver()) {
      events.text(piece);
      onText.accept(piece);
    }
  }

  @Override
  public void toolStarted(String callId, String name, ObjectNode arguments) {
    events.toolStarted(callId, name, arguments);
  }

  @Override
  public void toolEnded(String callId, String name, ObjectNode arguments, AgentTool.Result result) {
    events.toolEnded(callId, name, result);
  }

  @Override
  public Future<Void> said(ObjectNode message) {
    Conversation in = conversation;
    if (in == null) {
      return Future.failedFuture(new LateException());
    }
    return tools
        .conversations()
        .append(in.sessionId(), message, token)
        .compose(
            kept -> kept ? Future.succeededFuture() : Future.failedFuture(new LateException()));
  }

  /** A later run of the session has written: this one was given up. */
  private static final class LateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LateException() {
      super("a later run has written", null, false, false);
    }
  }
}
