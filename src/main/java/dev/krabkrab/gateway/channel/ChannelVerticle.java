package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import dev.krabkrab.gateway.agent.sessions.HistoryService;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.agent.sessions.SessionService;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects the chat channels, and serves {@code channels.*}, {@code send} and {@code poll}.
 * Protocol 03 §9, §26.
 */
public final class ChannelVerticle extends FeatureVerticle {
  private final ChannelChanges changes;
  private final ChannelMetrics metrics;
  private final PeopleTrail trail;
  private @Nullable Opened opened;

  private record Opened(
      Context home,
      ChannelService channels,
      SessionService sessions,
      ConversationService conversations,
      ApprovalForwarder forwarder) {}

  /**
   * @param changes writes into the gateway document
   * @param trail takes down who was let in
   */
  public ChannelVerticle(
      Platform platform, PeopleTrail trail, ChannelChanges changes, ChannelMetrics metrics) {
    super(platform);
    this.trail = trail;
    this.changes = changes;
    this.metrics = metrics;
  }

  @Override
  protected void open(RedisLink link) {
    ChannelService channels = new ChannelService(vertx, link, platform, changes, metrics);
    platform.document().onChange(now -> channels.changed());
    Supplier<SessionRules> rules = platform.section(SessionRules::of);
    SessionService sessions = new SessionService(link, rules, platform.ids(), platform.clock());
    HistoryService histories = new HistoryService(link, rules, platform.ids(), platform.clock());
    ConversationService conversations =
        new ConversationService(sessions, link, rules, platform.ids(), platform.clock());
    SendMethods sends = new SendMethods(channels, histories, platform.idempotency(vertx, link));
    platform.bus().serve(new ChannelStatusMethods(channels).handlers());
    platform.bus().serve(Map.of("send", sends.send(), "poll", sends.poll()));
    platform.bus().serve(new SenderMethods(channels, trail, platform.backplane()).handlers());
    opened =
        new Opened(
            vertx.getOrCreateContext(),
            channels,
            sessions,
            conversations,
            new ApprovalForwarder(channels, conversations));
  }

  /** Begins to listen to people. Safe from any thread. */
  public void listen(ChannelCommands commands) {
    home().runOnContext(now -> channels().start(commands));
  }

  /** Asks people in channels about an approval. Safe from any thread. */
  public void approvalRequested(String id, long createdAtMs, long expiresInMs, JsonNode request) {
    home()
        .runOnContext(now -> known().forwarder().requested(id, createdAtMs, expiresInMs, request));
  }

  /** Tells them what became of it. Safe from any thread. */
  public void approvalResolved(
      String id,
      long createdAtMs,
      String decision,
      @Nullable String resolvedBy,
      @Nullable String reason) {
    home()
        .runOnContext(
            now -> known().forwarder().resolved(id, createdAtMs, decision, resolvedBy, reason));
  }

  /** The channels of this instance, once it is deployed. */
  public ChannelService channels() {
    return known().channels();
  }

  /** Sessions, over this verticle's connection. */
  public SessionService sessions() {
    return known().sessions();
  }

  /** Conversations, over this verticle's connection. */
  public ConversationService conversations() {
    return known().conversations();
  }

  private Context home() {
    return known().home();
  }

  private Opened known() {
    return Objects.requireNonNull(opened, "not deployed");
  }
}
