package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.runs.RunService.Submitted;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import dev.krabkrab.gateway.agent.tools.SessionSendTool.Letter;
import dev.krabkrab.gateway.agent.tools.SessionSendTool.Post;
import dev.krabkrab.gateway.agent.tools.SessionSendTool.Reply;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Carries what agents say to other sessions into runs of those. Belongs to the runs' context. */
final class SessionMessenger implements Post {
  private final ConversationService conversations;
  private final Ids ids;
  private @Nullable RunService runs;

  SessionMessenger(ConversationService conversations, Ids ids) {
    this.conversations = conversations;
    this.ids = ids;
  }

  /** Runs need tools, and this one runs: it comes last. */
  void through(RunService service) {
    runs = service;
  }

  @Override
  public String canonical(String sessionKey) {
    return conversations.canonical(sessionKey);
  }

  @Override
  public String agentOf(String sessionKey) {
    return conversations.rules().agentOfKey(sessionKey);
  }

  @Override
  public Future<Reply> send(Letter letter) {
    return conversations.find(letter.sessionKey()).compose(known -> send(letter, known));
  }

  private Future<Reply> send(Letter letter, Optional<Conversation> known) {
    RunService service = runs;
    if (known.isEmpty() || service == null) {
      throw GatewayError.invalid("there is no session " + letter.sessionKey());
    }
    if (known.get().mute()) {
      throw GatewayError.invalid("send blocked by session policy");
    }
    RunRequest request =
        RunRequest.of(ids.uuid(), RunKind.AGENT, letter.sessionKey(), letter.message())
            .requestedVia(letter.via())
            .by(letter.authority());
    return service
        .submit(request)
        .compose(
            submitted ->
                submitted instanceof Submitted.Accepted(long at, Future<RunOutcome> outcome)
                    ? answer(request.runId(), outcome, letter.waitMs())
                    : Future.succeededFuture(new Reply(request.runId(), null)));
  }

  private static Future<Reply> answer(String runId, Future<RunOutcome> outcome, long waitMs) {
    if (waitMs == 0) {
      return Future.succeededFuture(new Reply(runId, null));
    }
    return outcome
        .timeout(waitMs, TimeUnit.MILLISECONDS)
        .map(
            end ->
                switch (end.status()) {
                  case DONE -> new Reply(runId, end.text());
                  case LOST -> new Reply(runId, null);
                  default ->
                      throw GatewayError.unavailable(
                          "the run there failed: "
                              + (end.error() == null ? "aborted" : end.error()));
                })
        .recover(
            failed ->
                failed instanceof TimeoutException
                    ? Future.succeededFuture(new Reply(runId, null))
                    : Future.failedFuture(failed));
  }
}
