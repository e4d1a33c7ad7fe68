package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the messages of a run into its session: the prompt and the answers. */
final class RunTranscript {
  private static final Logger LOG = LoggerFactory.getLogger(RunTranscript.class);

  private final RunTools tools;
  private final RunRequest request;
  private final long token;

  /**
   * @param token what it may write with
   */
  RunTranscript(RunTools tools, RunRequest request, long token) {
    this.tools = tools;
    this.request = request;
    this.token = token;
  }

  /** Takes down what is to be answered: results of tools, a message, or both. */
  Future<Void> writePrompt(Conversation in, BooleanSupplier over) {
    if (request.client().outputs().isEmpty()) {
      return writePrompt(in, request.message(), over);
    }
    return tools
        .conversations()
        .messages(in.sessionId(), PromptPreparation.MOST_MESSAGES)
        .compose(
            messages -> {
              ClientAnswers answers =
                  ClientAnswers.of(request.client().outputs(), messages, tools.clock().millis());
              Future<Void> kept = Future.succeededFuture();
              for (ObjectNode result : answers.results()) {
                kept = kept.compose(before -> say(in, result));
              }
              String more = (answers.rest() + "\n" + request.message()).strip();
              return more.isEmpty() ? kept : kept.compose(before -> writePrompt(in, more, over));
            });
  }

  private Future<Void> writePrompt(Conversation in, String words, BooleanSupplier over) {
    return new SystemEventInbox(tools.events(), in.key(), request.runId())
        .deliver(
            happened ->
                over.getAsBoolean()
                    ? Future.failedFuture("the run is over")
                    : say(
                        in,
                        RunMessages.user(request, words, happened, tools.clock().instant()),
                        request.runId() + ":user"));
  }

  /** What is said in the session later, unasked, goes where its last message came from. */
  void noteWay(Conversation in) {
    DeliveryContext way = request.delivery();
    if (way != null && request.kind() == RunKind.CHANNEL) {
      tools
          .conversations()
          .settle(in.key(), in.sessionId(), RunSummary.way(way))
          .onFailure(e -> LOG.warn("the way of a session is not noted: {}", e.getMessage()));
    }
  }

  /** Takes down what a command was answered; it may have begun the session anew. */
  Future<Void> commandAnswered(String text) {
    ObjectNode message = RunMessages.injected(text, tools.clock().instant());
    return tools
        .conversations()
        .find(request.sessionKey())
        .compose(
            now ->
                now.isEmpty()
                    ? Future.succeededFuture(false)
                    : tools.conversations().append(now.get(), message, null, token))
        .mapEmpty();
  }

  /** Adds a message; fails with {@link LateException} when the run may not write any more. */
  Future<Void> say(Conversation in, ObjectNode message) {
    return say(in, message, null);
  }

  private Future<Void> say(Conversation in, ObjectNode message, @Nullable String idempotencyKey) {
    return tools
        .conversations()
        .append(in, message, idempotencyKey, token)
        .compose(
            kept -> kept ? Future.succeededFuture() : Future.failedFuture(new LateException()));
  }

  /** A later run of the session has written: this one was given up. */
  static final class LateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LateException() {
      super("a later run has written", null, false, false);
    }
  }
}
