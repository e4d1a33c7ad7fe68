package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.Authority;
import dev.krabkrab.gateway.channels.ChannelAsks;
import dev.krabkrab.gateway.channels.ChannelService;
import dev.krabkrab.gateway.channels.InboundMessage;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.rpc.InternalCalls;
import dev.krabkrab.gateway.runs.RunImage;
import dev.krabkrab.gateway.runs.RunKind;
import dev.krabkrab.gateway.runs.RunRequest;
import dev.krabkrab.gateway.runs.RunService;
import dev.krabkrab.gateway.sessions.Conversation;
import dev.krabkrab.gateway.sessions.ConversationService;
import dev.krabkrab.gateway.sessions.DeliveryContext;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Has done what people in channels ask for, with no more power than each thing takes. */
final class ChannelWork implements ChannelAsks {
  private static final Set<String> APPROVALS = Set.of("operator.approvals");

  private final AgentWork work;
  private final ConversationService conversations;
  private final ChannelService channels;
  private final InternalCalls calls;
  private final InstantSource clock;

  ChannelWork(
      AgentWork work,
      ConversationService conversations,
      ChannelService channels,
      InternalCalls calls,
      InstantSource clock) {
    this.work = work;
    this.conversations = conversations;
    this.channels = channels;
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public Future<Void> ask(
      String id,
      String sessionKey,
      String message,
      List<InboundMessage.Image> images,
      DeliveryContext way) {
    return conversations
        .find(sessionKey)
        .compose(
            known -> {
              if (known.map(Conversation::mute).orElse(false)) {
                return Future.succeededFuture();
              }
              return RunService.isStop(message)
                  ? stop(id, sessionKey, way)
                  : work.begin(request(id, sessionKey, message, images).deliveredTo(way));
            });
  }

  private Future<Void> stop(String id, String sessionKey, DeliveryContext way) {
    return work.stop(sessionKey)
        .compose(
            ended ->
                channels.deliver(
                    id, way, ended == 0 ? "⚙️ Nothing is going on." : "⚙️ Agent was aborted."));
  }

  private static RunRequest request(
      String id, String sessionKey, String message, List<InboundMessage.Image> images) {
    return new RunRequest(
            id,
            RunKind.CHANNEL,
            sessionKey,
            message,
            images.stream().map(image -> new RunImage(image.mimeType(), image.data())).toList(),
            null,
            null,
            null,
            0)
        .by(Authority.OWNER);
  }

  @Override
  public Future<Void> decide(
      String by, String user, String approvalId, String decision, @Nullable String reason) {
    ObjectNode params = Json.object().put("id", approvalId).put("decision", decision);
    Json.putIfPresent(params, "reason", reason);
    Caller caller =
        Caller.inside(by, "gateway-channels", APPROVALS, clock.millis())
            .named(by)
            .limited(APPROVALS, user);
    return calls.call("exec.approval.resolve", caller, params, () -> true).mapEmpty();
  }

  @Override
  public String mainSession(@Nullable String agentId) {
    return agentId == null
        ? conversations.rules().mainSession()
        : conversations.canonical("agent:" + agentId + ":main");
  }

  @Override
  public String canonical(String key) {
    return conversations.canonical(key);
  }
}
