package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.runs.RunImage;
import dev.krabkrab.gateway.agent.runs.RunKind;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.agent.runs.RunService;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.ChannelCommands;
import dev.krabkrab.gateway.channel.ChannelPerson;
import dev.krabkrab.gateway.channel.ChannelService;
import dev.krabkrab.gateway.channel.InboundMessage;
import dev.krabkrab.gateway.edge.http.AgentServices;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.rpc.InternalCalls;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Has done what people in channels ask for, with no more power than each thing takes. */
final class ChannelCommandService implements ChannelCommands {
  private static final Set<String> APPROVALS = Set.of("operator.approvals");

  private final AgentServices work;
  private final ConversationService conversations;
  private final ChannelService channels;
  private final InternalCalls calls;
  private final InstantSource clock;

  ChannelCommandService(
      AgentServices work,
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
      @Nullable ChannelPerson person,
      DeliveryContext way) {
    return conversations
        .find(sessionKey)
        .compose(
            found -> {
              if (found.map(Conversation::mute).orElse(false)) {
                return Future.succeededFuture();
              }
              return RunService.isStop(message)
                  ? stop(id, sessionKey, way)
                  : work.begin(
                      request(id, sessionKey, message, images)
                          .by(authority(person))
                          .deliveredTo(way));
            });
  }

  /** The owner's own, as long as the person is listed or let in. */
  private static Authority authority(@Nullable ChannelPerson person) {
    return person == null
        ? Authority.NONE
        : Authority.OWNER
            .requestedBy(person.user())
            .restingOn(new Grounds(null, 0, person.credentialId(), Grounds.NEVER));
  }

  private Future<Void> stop(String id, String sessionKey, DeliveryContext way) {
    return work.stop(sessionKey)
        .compose(
            stopped ->
                channels.deliver(
                    id, way, stopped == 0 ? "⚙️ Nothing is going on." : "⚙️ Agent was aborted."));
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
        0);
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
  public boolean isCommand(String text) {
    return text.startsWith("/") || RunService.isStop(text);
  }

  @Override
  public Future<Boolean> isKnown(String key) {
    return conversations.find(key).map(Optional::isPresent);
  }

  @Override
  public String canonical(String key) {
    return conversations.canonical(key);
  }
}
