package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool.Image;
import dev.krabkrab.gateway.agent.agents.AgentTool.Result;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Answers of nodes, for the model: pictures are shown to it, recordings kept for people. */
final class NodeAnswers {
  private static final int MOST_TEXT = 30_000;

  /** Of a picture that a model is shown, in characters of base64. */
  private static final int LARGEST_IMAGE = 3_000_000;

  private static final Map<String, String> IMAGES =
      Map.of("jpg", "image/jpeg", "jpeg", "image/jpeg", "png", "image/png", "webp", "image/webp");

  private final MediaRetention files;

  NodeAnswers(MediaRetention files) {
    this.files = files;
  }

  Future<Result> read(NodeActions.Action action, JsonNode payload) {
    String data = payload.path("base64").asText("");
    if (data.isEmpty()) {
      String text = payload.isMissingNode() || payload.isNull() ? "done" : Json.text(payload);
      return Future.succeededFuture(
          Result.done(text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…"));
    }
    byte[] content;
    try {
      content = Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      return Future.succeededFuture(
          Result.failed(action.command() + " of the node answered no valid base64"));
    }
    String format = payload.path("format").asText(action.defaults().get("format") + "");
    String mimeType = IMAGES.get(format);
    ObjectNode details = details(payload).put("bytes", content.length);
    if (mimeType != null && data.length() <= LARGEST_IMAGE) {
      return Future.succeededFuture(
          new Result(
              "A picture of " + content.length + " bytes; it is shown to you.",
              details,
              false,
              List.of(new Image(mimeType, data))));
    }
    return keep(format, content, details);
  }

  private Future<Result> keep(String format, byte[] content, ObjectNode details) {
    String safe = format.matches("[a-z0-9]{1,8}") ? format : "bin";
    return files
        .keep(safe, content)
        .map(
            path ->
                new Result(
                    "Recorded: "
                        + content.length
                        + " bytes of "
                        + safe
                        + ", which you cannot see. People find it for an hour at "
                        + path
                        + " of the gateway.",
                    details.put("path", path),
                    false));
  }

  private static ObjectNode details(JsonNode payload) {
    ObjectNode details = Json.object().put("status", "completed");
    payload
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isValueNode() && !field.getKey().equals("base64")) {
                details.set(field.getKey(), field.getValue());
              }
            });
    return details;
  }
}
