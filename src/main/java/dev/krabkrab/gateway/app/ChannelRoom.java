package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.approvals.ApprovalFollower;
import dev.krabkrab.gateway.approvals.ApprovalService;
import dev.krabkrab.gateway.channels.ApprovalForwarder;
import dev.krabkrab.gateway.channels.ChannelChanges;
import dev.krabkrab.gateway.channels.ChannelService;
import dev.krabkrab.gateway.channels.ChannelStatusMethods;
import dev.krabkrab.gateway.channels.SendMethods;
import dev.krabkrab.gateway.channels.SenderMethods;
import dev.krabkrab.gateway.presence.HealthFacts;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.InternalCalls;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.runs.RunDeliveries;
import dev.krabkrab.gateway.sessions.ConversationService;
import dev.krabkrab.gateway.sessions.HistoryService;
import dev.krabkrab.gateway.sessions.SessionRules;
import dev.krabkrab.gateway.sessions.SessionService;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Chat channels, with a loop and a connection of their own.
 *
 * @param replies says in channels what runs came to
 */
record ChannelRoom(
    Context home,
    ChannelService channels,
    SessionService sessions,
    ConversationService conversations,
    ChannelReplies replies,
    ApprovalForwarder forwarder) {

  private static final int RECENT = 10;

  static Future<ChannelRoom> open(Vertx own, Core core, MethodBus bus, InfoRoom.Settings settings) {
    RedisLink link = RedisLink.create(own, core.redis());
    ChannelService channels =
        new ChannelService(
            own,
            link,
            () -> core.document().document().parsed(),
            core.variables(),
            core.backplane().instance(),
            core.membership()::present,
            changes(settings),
            core.instruments().channels(),
            core.random(),
            core.clock());
    core.document().onChange(now -> channels.changed());
    SessionService sessions =
        new SessionService(link, () -> core.settings().sessions(), core.ids(), core.clock());
    HistoryService histories =
        new HistoryService(link, () -> core.settings().sessions(), core.ids(), core.clock());
    ConversationService conversations =
        new ConversationService(
            sessions, link, () -> core.settings().sessions(), core.ids(), core.clock());
    SendMethods sends =
        new SendMethods(channels, histories, WorkerRooms.idempotency(own, core, link));
    bus.serve(new ChannelStatusMethods(channels).handlers());
    bus.serve(Map.of("send", sends.send(), "poll", sends.poll()));
    bus.serve(new SenderMethods(channels).handlers());
    return link.ready()
        .map(
            new ChannelRoom(
                own.getOrCreateContext(),
                channels,
                sessions,
                conversations,
                new ChannelReplies(own, channels, conversations),
                new ApprovalForwarder(channels, conversations)));
  }

  private static ChannelChanges changes(InfoRoom.Settings settings) {
    return new ChannelChanges() {
      @Override
      public boolean valid() {
        return settings.valid().getAsBoolean();
      }

      @Override
      public Future<ObjectNode> change(Caller by, UnaryOperator<ObjectNode> change) {
        return settings.changes().change(by, change);
      }
    };
  }

  RunDeliveries deliveries() {
    return replies;
  }

  /** Begins to listen to people, and to the approvals. */
  void start(Core core, MethodBus bus, AgentWork work, ApprovalService approvals) {
    home.runOnContext(
        now -> {
          channels.start(
              new ChannelWork(
                  work, conversations, channels, new InternalCalls(bus, core.ids()), core.clock()));
          approvals.follow(follower());
        });
  }

  /** What health and status tell of channels and sessions; on the caller's context. */
  Future<HealthFacts> facts(Core core) {
    Future<ObjectNode> status = channels.status(0);
    Future<Long> count = sessions.count();
    Future<List<JsonNode>> recent = sessions.recent(RECENT);
    return Future.all(status, count, recent)
        .map(
            found -> {
              SessionRules rules = core.settings().sessions();
              return new HealthFacts(
                  status.result(),
                  count.result(),
                  recent.result(),
                  rules.model().id(),
                  rules.contextTokens());
            });
  }

  private ApprovalFollower follower() {
    return new ApprovalFollower() {
      @Override
      public void asked(String id, long createdAtMs, long expiresInMs, JsonNode request) {
        home.runOnContext(now -> forwarder.asked(id, createdAtMs, expiresInMs, request));
      }

      @Override
      public void ended(
          String id,
          long createdAtMs,
          String decision,
          @Nullable String resolvedBy,
          @Nullable String reason) {
        home.runOnContext(now -> forwarder.ended(id, createdAtMs, decision, resolvedBy, reason));
      }
    };
  }
}
