package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to an agent, complete enough for any instance to carry it out. Protocol 04 §4, §5.1,
 * §12.
 *
 * @param runId chosen by the caller; its idempotency key where there is one
 * @param sessionKey canonical
 * @param message may be empty when there are images
 * @param thinking level for this run; null for the session's
 * @param model {@code provider/id} for this run; null for the session's
 * @param instructions that the model gets besides the agent's own; null for none
 * @param timeoutMs longest time from its start; 0 for the agent's own
 * @param asker who wants it
 * @param delivery where the answer goes besides, or null
 * @param client what the requester does itself
 */
public record RunRequest(
    String runId,
    RunKind kind,
    String sessionKey,
    String message,
    List<RunImage> images,
    @Nullable String thinking,
    @Nullable String model,
    @Nullable String instructions,
    long timeoutMs,
    RunRequester asker,
    @Nullable DeliveryContext delivery,
    ClientTools client) {
  public RunRequest {
    images = List.copyOf(images);
  }

  /**
   * Answered where it was requested; its tools do nothing before somebody is named that it is for.
   */
  public RunRequest(
      String runId,
      RunKind kind,
      String sessionKey,
      String message,
      List<RunImage> images,
      @Nullable String thinking,
      @Nullable String model,
      @Nullable String instructions,
      long timeoutMs) {
    this(
        runId,
        kind,
        sessionKey,
        message,
        images,
        thinking,
        model,
        instructions,
        timeoutMs,
        RunRequester.NOBODY,
        null,
        ClientTools.NONE);
  }

  /** The same, requested by runs of other sessions. */
  public RunRequest requestedVia(List<String> sessions) {
    return with(asker.via(sessions), delivery, client);
  }

  /** The same on somebody's behalf. */
  public RunRequest by(Authority authority) {
    return with(asker.by(authority), delivery, client);
  }

  /** Sessions whose runs led to this one. */
  public List<String> via() {
    return asker.via();
  }

  /** The same, with the answer sent somewhere besides. */
  public RunRequest deliveredTo(@Nullable DeliveryContext way) {
    return with(asker, way, client);
  }

  /** The same for somebody who does a part of the work. */
  public RunRequest sharedWith(ClientTools side) {
    return with(asker, delivery, side);
  }

  private RunRequest with(RunRequester who, @Nullable DeliveryContext way, ClientTools side) {
    return new RunRequest(
        runId,
        kind,
        sessionKey,
        message,
        images,
        thinking,
        model,
        instructions,
        timeoutMs,
        who,
        way,
        side);
  }

  /** A message and nothing else. */
  public static RunRequest of(String runId, RunKind kind, String sessionKey, String message) {
    return new RunRequest(runId, kind, sessionKey, message, List.of(), null, null, null, 0);
  }

  String encode() {
    ObjectNode json = Json.object().put("message", message).put("timeoutMs", timeoutMs);
    Json.putIfPresent(json, "thinking", thinking);
    Json.putIfPresent(json, "model", model);
    Json.putIfPresent(json, "instructions", instructions);
    if (delivery != null) {
      json.set("delivery", delivery.toJson());
    }
    if (!images.isEmpty()) {
      ArrayNode all = json.putArray("images");
      images.forEach(
          image -> all.addObject().put("mimeType", image.mimeType()).put("data", image.data()));
    }
    asker.encode(json);
    client.encode(json);
    return Json.text(json);
  }

  static RunRequest decode(String runId, RunKind kind, String sessionKey, String text) {
    ObjectNode json = Json.parseObject(text);
    List<RunImage> images = new ArrayList<>();
    for (JsonNode image : json.path("images")) {
      images.add(new RunImage(image.path("mimeType").asText(), image.path("data").asText()));
    }
    return new RunRequest(
        runId,
        kind,
        sessionKey,
        json.path("message").asText(),
        images,
        Json.textOrNull(json, "thinking"),
        Json.textOrNull(json, "model"),
        Json.textOrNull(json, "instructions"),
        json.path("timeoutMs").asLong(),
        RunRequester.decode(json),
        json.has("delivery") ? DeliveryContext.of(json.path("delivery")) : null,
        ClientTools.decode(json));
  }
}
