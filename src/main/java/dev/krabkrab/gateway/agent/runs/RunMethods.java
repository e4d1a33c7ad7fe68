package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.runs.RunService.Submitted;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** {@code chat.send}, {@code chat.abort}, {@code agent.wait}. Protocol 04 §5–7, §13. */
public final class RunMethods {
  private static final long WAIT_MS = 30_000;
  private static final long LONGEST_MS = 2_592_000_000L;

  private final RunService runs;
  private final ConversationService conversations;
  private final AgentCalls agents;
  private final RunEntries entries;

  RunMethods(
      RunService runs, ConversationService conversations, AgentCalls agents, RunEntries entries) {
    this.runs = runs;
    this.conversations = conversations;
    this.agents = agents;
    this.entries = entries;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "chat.send", this::send,
        "chat.abort", this::abort,
        "agent", agents::run,
        "agent.wait", this::await);
  }

  private Future<JsonText> send(Call call) {
    ObjectNode params = call.params();
    String message = params.path("message").asText();
    JsonNode attachments = params.path("attachments");
    String key = conversations.canonical(params.path("sessionKey").asText());
    if (message.isBlank() && !Attachments.any(attachments)) {
      throw GatewayError.invalid("message or attachment required");
    }
    List<RunImage> images = Attachments.read(attachments);
    return conversations
        .find(key)
        .compose(
            known -> {
              if (known.map(Conversation::mute).orElse(false)) {
                throw GatewayError.invalid("send blocked by session policy");
              }
              return call.caller().mayAct() && StopPhrases.matches(message)
                  ? aborted(runs.abort(key, null, "stop"))
                  : submit(call, request(params, key, message, images));
            });
  }

  private Future<JsonText> submit(Call call, RunRequest unsigned) {
    RunRequest request = unsigned.by(Authority.of(call.caller()));
    return runs.submit(request)
        .map(
            submitted -> {
              entries.submitted(call, request, submitted);
              return JsonText.of(answer(call.params(), submitted));
            });
  }

  private static RunRequest request(
      ObjectNode params, String key, String message, List<RunImage> images) {
    JsonNode timeout = params.path("timeoutMs");
    long limit = timeout.asLong();
    return new RunRequest(
        params.path("idempotencyKey").asText(),
        RunKind.CHAT,
        key,
        message,
        images,
        Json.nonBlank(params, "thinking"),
        null,
        null,
        timeout.isNumber() && limit == 0 ? LONGEST_MS : Math.min(LONGEST_MS, limit));
  }

  private static ObjectNode answer(ObjectNode params, Submitted submitted) {
    String runId = params.path("idempotencyKey").asText();
    ObjectNode payload = Json.object().put("runId", runId);
    return switch (submitted) {
      case Submitted.Accepted accepted -> payload.put("status", "started");
      case Submitted.InFlight flying -> payload.put("status", "in_flight");
      case Submitted.Over(RunOutcome outcome) -> {
        if (outcome.status() == RunOutcome.Status.FAILED) {
          String summary = "Error: " + outcome.error();
          payload.put("status", "error").put("summary", summary);
          throw new GatewayError(ErrorShape.unavailable(summary), JsonText.of(payload));
        }
        yield payload.put("status", "ok");
      }
    };
  }

  private Future<JsonText> abort(Call call) {
    String key = conversations.canonical(call.params().path("sessionKey").asText());
    return aborted(runs.abort(key, Json.textOrNull(call.params(), "runId"), "rpc"));
  }

  private static Future<JsonText> aborted(Future<List<String>> runs) {
    return runs.map(
        aborted -> {
          ObjectNode payload = Json.object().put("ok", true).put("aborted", !aborted.isEmpty());
          payload.set("runIds", Json.texts(aborted));
          return JsonText.of(payload);
        });
  }

  private Future<JsonText> await(Call call) {
    JsonNode timeout = call.params().path("timeoutMs");
    long limit = timeout.isNumber() ? timeout.asLong() : WAIT_MS;
    return runs.await(call.params().path("runId").asText(), Math.min(limit, LONGEST_MS))
        .map(JsonText::of);
  }
}
