package dev.krabkrab.gateway.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.sessions.DeliveryContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants from an agent, complete enough for any instance to carry it out. Protocol 04
 * §4, §5.1, §12.
 *
 * @param runId chosen by the caller; its idempotency key where there is one
 * @param sessionKey canonical
 * @param message may be empty when there are images
 * @param thinking level for this run; null for the session's
 * @param model {@code provider/id} for this run; null for the session's
 * @param instructions that the model gets besides the agent's own; null for none
 * @param timeoutMs longest time from its start; 0 for the agent's own
 * @param via sessions whose runs led to this one, the first one first; none when no agent asked
 * @param delivery where the answer goes besides, or null
 * @param client what whoever asked does itself
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
    List<String> via,
    @Nullable DeliveryContext delivery,
    ClientSide client) {
  public RunRequest {
    images = List.copyOf(images);
    via = List.copyOf(via);
  }

  /** What nobody but a client asks for, answered where it was asked. */
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
        List.of(),
        null,
        ClientSide.NONE);
  }

  /** The same, asked for by runs of other sessions. */
  public RunRequest askedVia(List<String> sessions) {
    return with(sessions, delivery, client);
  }

  /** The same, with the answer sent somewhere besides. */
  public RunRequest deliveredTo(@Nullable DeliveryContext way) {
    return with(via, way, client);
  }

  /** The same for somebody who does a part of the work. */
  public RunRequest sharedWith(ClientSide side) {
    return with(via, delivery, side);
  }

  private RunRequest with(List<String> sessions, @Nullable DeliveryContext way, ClientSide side) {
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
        sessions,
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
    if (!via.isEmpty()) {
      json.set("via", Json.texts(via));
    }
    client.encode(json);
    return Json.text(json);
  }

  static RunRequest decode(String runId, RunKind kind, String sessionKey, String text) {
    ObjectNode json = Json.parseObject(text);
    List<RunImage> images = new ArrayList<>();
    for (JsonNode image : json.path("images")) {
      images.add(new RunImage(image.path("mimeType").asText(), image.path("data").asText()));
    }
    List<String> via = new ArrayList<>();
    json.path("via").forEach(key -> via.add(key.asText()));
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
        via,
        json.has("delivery") ? DeliveryContext.of(json.path("delivery")) : null,
        ClientSide.decode(json));
  }
}
