package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.agent.cron.AgentTurns;
import dev.krabkrab.gateway.agent.runs.RunDeliveries;
import dev.krabkrab.gateway.agent.runs.RunKind;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.ChannelService;
import dev.krabkrab.gateway.channel.ChannelVerticle;
import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in channels what runs came to. */
final class ChannelReplies implements RunDeliveries {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelReplies.class);

  /** An agent that has nothing to say says so. */
  private static final String SILENT = "NO_REPLY";

  private static final Backoff WAITS = Backoff.steady(1_000);
  private static final int MOST_TRIES = 60;

  private final Vertx vertx;
  private final ChannelService channels;
  private final ConversationService conversations;
  private final RandomGenerator random;

  ChannelReplies(Vertx vertx, ChannelVerticle of, RandomGenerator random) {
    this.vertx = vertx;
    this.channels = of.channels();
    this.conversations = of.conversations();
    this.random = random;
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
  public void notice(String about, RunRequest request, String text) {
    DeliveryContext way = request.delivery();
    if (way != null) {
      channels
          .deliver("notice " + about + " " + Json.text(way.toJson()), way, text)
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
                vertx.setTimer(
                    WAITS.waitMs(1, 0, random), again -> enter(id, way, text, tries - 1));
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
  public Future<Void> deliver(String id, DeliveryContext way, String text) {
    return channels.deliver(id, way, text);
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
