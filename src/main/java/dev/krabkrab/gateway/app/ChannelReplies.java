package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.channels.ChannelService;
import dev.krabkrab.gateway.protocol.SafeText;
import dev.krabkrab.gateway.runs.RunDeliveries;
import dev.krabkrab.gateway.runs.RunKind;
import dev.krabkrab.gateway.runs.RunOutcome;
import dev.krabkrab.gateway.runs.RunRequest;
import dev.krabkrab.gateway.sessions.Conversation;
import dev.krabkrab.gateway.sessions.ConversationService;
import dev.krabkrab.gateway.sessions.DeliveryContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in channels what runs came to. */
final class ChannelReplies implements RunDeliveries {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelReplies.class);

  /** An agent that has nothing to say says so. */
  private static final String SILENT = "NO_REPLY";

  private static final long RETRY_MS = 1_000;
  private static final int MOST_TRIES = 60;

  private final Vertx vertx;
  private final ChannelService channels;
  private final ConversationService conversations;

  ChannelReplies(Vertx vertx, ChannelService channels, ConversationService conversations) {
    this.vertx = vertx;
    this.channels = channels;
    this.conversations = conversations;
  }

  @Override
  public void deliver(RunRequest request, RunOutcome outcome) {
    DeliveryContext way = request.delivery();
    String text = text(request.kind(), outcome);
    if (way != null && text != null) {
      enter("run " + request.runId(), way, text, MOST_TRIES);
    }
  }

  @Override
  public void notice(RunRequest request, String text) {
    DeliveryContext way = request.delivery();
    if (way != null) {
      channels
          .deliver("notice " + request.runId(), way, text)
          .onFailure(away -> LOG.debug("a notice is not sent: {}", away.getMessage()));
    }
  }

  /** Nothing is left to say it again, so Redis gets a minute to come back. */
  private void enter(String id, DeliveryContext way, String text, int tries) {
    channels
        .deliver(id, way, text)
        .onFailure(
            away -> {
              if (tries == 0) {
                LOG.error("an answer to {} is lost: {}", way.channel(), away.getMessage());
              } else {
                vertx.setTimer(RETRY_MS, again -> enter(id, way, text, tries - 1));
              }
            });
  }

  private static @Nullable String text(RunKind kind, RunOutcome outcome) {
    String text = outcome.text().strip();
    return switch (outcome.status()) {
      case DONE -> {
        boolean quiet =
            text.isEmpty()
                || text.equals(SILENT)
                || (kind == RunKind.CRON && AgentTurns.isWell(text));
        yield quiet ? null : text;
      }
      case ABORTED -> text.isEmpty() ? null : text;
      case FAILED, LOST ->
          "⚠️ " + (outcome.error() == null ? "failed" : SafeText.line(outcome.error()));
    };
  }

  @Override
  public boolean knows(String channel) {
    return channels.knows(channel);
  }

  @Override
  public Future<DeliveryContext> way(
      @Nullable String channel,
      @Nullable String to,
      @Nullable String accountId,
      String sessionKey) {
    return last(sessionKey)
        .compose(
            own ->
                own.isPresent()
                    ? Future.succeededFuture(own)
                    : last(
                        conversations.canonical(
                            "agent:" + conversations.rules().agentOfKey(sessionKey) + ":main")))
        .compose(last -> channels.way(channel, to, accountId, last.orElse(null)));
  }

  @Override
  public Future<Optional<DeliveryContext>> last(String sessionKey) {
    return conversations
        .find(sessionKey)
        .map(known -> Optional.ofNullable(known.map(Conversation::last).orElse(null)));
  }
}
