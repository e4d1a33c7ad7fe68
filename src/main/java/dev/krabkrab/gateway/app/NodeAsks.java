package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.nodes.AgentRequests;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.rpc.InternalCalls;
import dev.krabkrab.gateway.runs.RunDeliveries;
import dev.krabkrab.gateway.sessions.DeliveryContext;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks agents for nodes as a chat client would, or, with a channel for the answer, as one of its
 * own.
 */
final class NodeAsks implements AgentRequests {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAsks.class);

  private final InternalCalls calls;
  private final RunDeliveries deliveries;
  private final UnaryOperator<String> canonical;
  private final Ids ids;
  private final InstantSource clock;

  /**
   * @param canonical the key of a session that a node names
   */
  NodeAsks(
      InternalCalls calls,
      RunDeliveries deliveries,
      UnaryOperator<String> canonical,
      Ids ids,
      InstantSource clock) {
    this.calls = calls;
    this.deliveries = deliveries;
    this.canonical = canonical;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void ask(Asked asked) {
    way(asked)
        .compose(way -> way.map(known -> agent(asked, known)).orElseGet(() -> chat(asked)))
        .onFailure(
            e -> LOG.warn("a request of {} started no run: {}", asked.source(), e.getMessage()));
  }

  /**
   * The way that the session was last used by, when that is what the node names: it chooses nobody
   * to write to. An answer that has nowhere to go is an answer all the same.
   */
  private Future<Optional<DeliveryContext>> way(Asked asked) {
    String channel = asked.channel() == null ? "" : asked.channel().toLowerCase(Locale.ROOT);
    if (!deliveries.knows(channel)) {
      return Future.succeededFuture(Optional.empty());
    }
    return deliveries
        .last(canonical.apply(asked.sessionKey()))
        .map(
            last -> {
              Optional<DeliveryContext> same = last.filter(way -> isMeant(asked, channel, way));
              if (same.isEmpty()) {
                LOG.warn(
                    "the answer to {} goes nowhere else: it names another chat than the session was"
                        + " last used by",
                    asked.source());
              }
              return same;
            });
  }

  private static boolean isMeant(Asked asked, String channel, DeliveryContext last) {
    return channel.equals(last.channel()) && (asked.to() == null || asked.to().equals(last.to()));
  }

  private Future<JsonNode> agent(Asked asked, DeliveryContext way) {
    ObjectNode params =
        params(asked).put("deliver", true).put("channel", way.channel()).put("to", way.to());
    Json.putIfPresent(params, "accountId", way.accountId());
    if (asked.timeoutMs() > 0) {
      params.put("timeout", asked.timeoutMs() / 1_000);
    }
    return call(asked, "agent", params);
  }

  private Future<JsonNode> chat(Asked asked) {
    ObjectNode params = params(asked);
    if (asked.timeoutMs() > 0) {
      params.put("timeoutMs", asked.timeoutMs());
    }
    return call(asked, "chat.send", params);
  }

  private ObjectNode params(Asked asked) {
    ObjectNode params =
        Json.object()
            .put("sessionKey", asked.sessionKey())
            .put("message", asked.message())
            .put("idempotencyKey", (asked.spoken() ? "voice-" : "node-") + ids.uuid());
    Json.putIfPresent(params, "thinking", asked.thinking());
    return params;
  }

  private Future<JsonNode> call(Asked asked, String method, ObjectNode params) {
    Caller node = Caller.machine(asked.source(), asked.acts(), clock.millis());
    return calls.call(method, node, params, () -> true);
  }
}
