package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatRequestService;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.control.nodes.AgentRequests;
import dev.krabkrab.gateway.control.nodes.NodeAgents;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.rpc.InternalCalls;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks agents for nodes as a chat client would, or, with a channel for the answer, as one of its
 * own.
 */
public final class NodeAgentRequests implements AgentRequests {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAgentRequests.class);

  private final InternalCalls calls;
  private final RunDeliveries deliveries;
  private final UnaryOperator<String> canonical;
  private final Ids ids;
  private final InstantSource clock;

  private NodeAgentRequests(
      Platform platform, RunDeliveries deliveries, UnaryOperator<String> canonical) {
    this.calls = platform.calls();
    this.deliveries = deliveries;
    this.canonical = canonical;
    this.ids = platform.ids();
    this.clock = platform.clock();
  }

  /**
   * What nodes reach agents by.
   *
   * @param link of the nodes' context
   * @param deliveries the ways to people
   */
  public static NodeAgents of(Platform platform, RedisLink link, RunDeliveries deliveries) {
    Supplier<SessionRules> rules = platform.section(SessionRules::of);
    SystemEventService events = new SystemEventService(link);
    HeartbeatRequestService heartbeats =
        new HeartbeatRequestService(link, platform.section(HeartbeatSettings::of));
    UnaryOperator<String> usable = key -> rules.get().usable(key);
    return new NodeAgents(
        (session, text, context) ->
            events
                .enqueue(rules.get().canonical(session), text, context)
                .compose(queued -> heartbeats.ask("exec-event")),
        new NodeAgentRequests(platform, deliveries, usable),
        usable);
  }

  @Override
  public void ask(Question question) {
    way(question)
        .compose(way -> way.map(known -> agent(question, known)).orElseGet(() -> chat(question)))
        .onFailure(
            e -> LOG.warn("a request of {} started no run: {}", question.source(), e.getMessage()));
  }

  /**
   * The way that the session was last used by, when that is what the node names: it chooses nobody
   * to write to. An answer that has nowhere to go is an answer all the same.
   */
  private Future<Optional<DeliveryContext>> way(Question question) {
    String channel = question.channel() == null ? "" : question.channel().toLowerCase(Locale.ROOT);
    if (!deliveries.knows(channel)) {
      return Future.succeededFuture(Optional.empty());
    }
    return deliveries
        .last(canonical.apply(question.sessionKey()))
        .map(
            last -> {
              Optional<DeliveryContext> same = last.filter(way -> isMeant(question, channel, way));
              if (same.isEmpty()) {
                LOG.warn(
                    "the answer to {} goes nowhere else: it names another chat than the session was"
                        + " last used by",
                    question.source());
              }
              return same;
            });
  }

  private static boolean isMeant(Question question, String channel, DeliveryContext last) {
    return channel.equals(last.channel())
        && (question.to() == null || question.to().equals(last.to()));
  }

  private Future<JsonNode> agent(Question question, DeliveryContext way) {
    ObjectNode params =
        params(question).put("deliver", true).put("channel", way.channel()).put("to", way.to());
    Json.putIfPresent(params, "accountId", way.accountId());
    if (question.timeoutMs() > 0) {
      params.put("timeout", question.timeoutMs() / 1_000);
    }
    return call(question, "agent", params);
  }

  private Future<JsonNode> chat(Question question) {
    ObjectNode params = params(question);
    if (question.timeoutMs() > 0) {
      params.put("timeoutMs", question.timeoutMs());
    }
    return call(question, "chat.send", params);
  }

  private ObjectNode params(Question question) {
    ObjectNode params =
        Json.object()
            .put("sessionKey", question.sessionKey())
            .put("message", question.message())
            .put("idempotencyKey", (question.spoken() ? "voice-" : "node-") + ids.uuid());
    Json.putIfPresent(params, "thinking", question.thinking());
    return params;
  }

  private Future<JsonNode> call(Question question, String method, ObjectNode params) {
    Caller node =
        Caller.machine(question.nodeId(), question.source(), question.acts(), clock.millis());
    return calls.call(method, node, params, () -> true);
  }
}
