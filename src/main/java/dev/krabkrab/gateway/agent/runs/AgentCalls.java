package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentCatalog;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.runs.RunService.Submitted;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code agent}: answers twice, when a run is accepted and when it is over. Protocol 04 §12. */
public final class AgentCalls {
  private static final String NO_TARGET =
      "Pass --to <E.164>, --session-id, or --agent to choose a session";
  private static final Set<String> LEVELS =
      Set.of("off", "minimal", "low", "medium", "high", "xhigh");

  /** Names that clients give though there is no such channel to send to. */
  private static final Set<String> ALWAYS_KNOWN =
      Set.of(
          "last",
          "webchat",
          "whatsapp",
          "telegram",
          "discord",
          "googlechat",
          "slack",
          "signal",
          "imessage",
          "msteams");

  private final RunService runs;
  private final ConversationService conversations;
  private final Supplier<AgentCatalog> agents;
  private final RunDeliveries deliveries;
  private final RunEntries entries;

  /**
   * @param agents that the gateway document names now
   */
  AgentCalls(
      RunService runs,
      ConversationService conversations,
      Supplier<AgentCatalog> agents,
      RunDeliveries deliveries,
      RunEntries entries) {
    this.entries = entries;
    this.deliveries = deliveries;
    this.runs = runs;
    this.conversations = conversations;
    this.agents = agents;
  }

  Future<JsonText> run(Call call) {
    ObjectNode params = call.params();
    List<RunImage> images = Attachments.read(params.path("attachments"));
    known(params, "channel");
    known(params, "replyChannel");
    String agentId = agent(params);
    return target(params, agentId)
        .compose(
            key -> {
              if (key.isEmpty()) {
                return refusedLate(call, "Error: " + NO_TARGET);
              }
              String problem = late(params);
              return problem != null
                  ? refusedLate(call, "Error: " + problem)
                  : way(params, key.get())
                      .compose(
                          way -> submit(call, key.get(), images, way.orElse(null)),
                          none -> refusedLate(call, "Error: " + none.getMessage()));
            });
  }

  /** Where the answer is to go besides, if anywhere. */
  private Future<Optional<DeliveryContext>> way(ObjectNode params, String key) {
    if (!params.path("deliver").asBoolean()) {
      return Future.succeededFuture(Optional.empty());
    }
    return deliveries
        .way(
            channel(params),
            either(params, "replyTo", "to"),
            either(params, "replyAccountId", "accountId"),
            key)
        .map(Optional::of);
  }

  private static @Nullable String either(ObjectNode params, String first, String second) {
    String text = Json.nonBlank(params, first);
    return text == null ? Json.nonBlank(params, second) : text;
  }

  private static @Nullable String channel(ObjectNode params) {
    String channel = either(params, "replyChannel", "channel");
    return channel == null ? null : id(channel);
  }

  private static String id(String channel) {
    return channel.strip().toLowerCase(Locale.ROOT);
  }

  private void known(ObjectNode params, String field) {
    String channel = Json.nonBlank(params, field);
    if (channel != null && !ALWAYS_KNOWN.contains(id(channel)) && !deliveries.knows(id(channel))) {
      throw GatewayError.invalid("invalid agent params: unknown channel: " + channel);
    }
  }

  private @Nullable String agent(ObjectNode params) {
    String given = Json.nonBlank(params, "agentId");
    if (given == null) {
      return null;
    }
    String id = SessionRules.agentId(given);
    if (agents.get().agents().stream().noneMatch(agent -> agent.id().equals(id))) {
      throw GatewayError.invalid("invalid agent params: unknown agent id \"" + given + "\"");
    }
    String key = Json.nonBlank(params, "sessionKey");
    String owner = key == null ? id : conversations.rules().agentOfKey(key);
    if (!owner.equals(id)) {
      throw GatewayError.invalid(
          "invalid agent params: agent \""
              + id
              + "\" does not match session key agent \""
              + owner
              + "\"");
    }
    return id;
  }

  /** The session, if the call tells one. */
  private Future<Optional<String>> target(ObjectNode params, @Nullable String agentId) {
    String key = Json.nonBlank(params, "sessionKey");
    String sessionId = Json.nonBlank(params, "sessionId");
    if (key != null) {
      return Future.succeededFuture(Optional.of(conversations.canonical(key)));
    }
    Optional<String> main =
        agentId != null
            ? Optional.of(conversations.canonical("agent:" + agentId + ":main"))
            : Json.nonBlank(params, "to") == null
                ? Optional.empty()
                : Optional.of(conversations.rules().mainSession());
    return sessionId == null
        ? Future.succeededFuture(main)
        : conversations.keyOfId(sessionId).map(found -> found.isPresent() ? found : main);
  }

  private static @Nullable String late(ObjectNode params) {
    JsonNode timeout = params.path("timeout");
    if (timeout.isNumber() && timeout.asLong() == 0) {
      return "--timeout must be a positive integer (seconds)";
    }
    String thinking = Json.nonBlank(params, "thinking");
    return thinking == null || LEVELS.contains(thinking)
        ? null
        : "Invalid thinking level. Use one of: off, minimal, low, medium, high, xhigh.";
  }

  private Future<JsonText> submit(
      Call call, String key, List<RunImage> images, @Nullable DeliveryContext way) {
    ObjectNode params = call.params();
    return conversations
        .find(key)
        .compose(
            known -> {
              if (known.map(Conversation::mute).orElse(false)) {
                throw GatewayError.invalid("send blocked by session policy");
              }
              RunRequest request =
                  request(params, key, images).deliveredTo(way).by(Authority.of(call.caller()));
              return runs.submit(request)
                  .onSuccess(submitted -> entries.submitted(call, request, submitted));
            })
        .compose(
            submitted ->
                switch (submitted) {
                  case Submitted.Accepted(long at, Future<RunOutcome> outcome) -> {
                    call.interim(accepted(params, at));
                    yield outcome.map(finished -> last(params, finished));
                  }
                  case Submitted.InFlight(long at) -> Future.succeededFuture(accepted(params, at));
                  case Submitted.Over(RunOutcome outcome) ->
                      Future.succeededFuture(last(params, outcome));
                });
  }

  private static RunRequest request(ObjectNode params, String key, List<RunImage> images) {
    return new RunRequest(
        runId(params),
        RunKind.AGENT,
        key,
        params.path("message").asText(),
        images,
        Json.nonBlank(params, "thinking"),
        null,
        Json.nonBlank(params, "extraSystemPrompt"),
        params.path("timeout").asLong() * 1_000);
  }

  private Future<JsonText> refusedLate(Call call, String error) {
    call.interim(
        JsonText.of(Json.object().put("runId", runId(call.params())).put("status", "accepted")));
    throw failed(call.params(), error);
  }

  private static JsonText accepted(ObjectNode params, long at) {
    return JsonText.of(
        Json.object().put("runId", runId(params)).put("status", "accepted").put("acceptedAt", at));
  }

  private static JsonText last(ObjectNode params, RunOutcome outcome) {
    return switch (outcome.status()) {
      case DONE -> over(params, "completed", outcome);
      case ABORTED -> over(params, "aborted", outcome);
      case FAILED, LOST -> throw failed(params, "Error: " + outcome.error());
    };
  }

  private static JsonText over(ObjectNode params, String summary, RunOutcome outcome) {
    ObjectNode payload =
        Json.object().put("runId", runId(params)).put("status", "ok").put("summary", summary);
    payload.set("result", outcome.result());
    return JsonText.of(payload);
  }

  private static GatewayError failed(ObjectNode params, String error) {
    ObjectNode payload =
        Json.object().put("runId", runId(params)).put("status", "error").put("summary", error);
    return new GatewayError(ErrorShape.unavailable(error), JsonText.of(payload));
  }

  private static String runId(ObjectNode params) {
    return params.path("idempotencyKey").asText();
  }
}
