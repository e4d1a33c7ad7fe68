package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** {@code POST /tools/invoke}: one tool of an agent, without a model. Protocol 04 §22. */
final class ToolsInvoke {
  private static final int MOST_BYTES = 2 * 1024 * 1024;

  private final ToolRunner tools;

  /** Uses a tool; safe from any event loop. */
  interface ToolRunner {
    /**
     * Uses it under the rules of a session's agent.
     *
     * @return on the caller's context; empty when there is no such tool, or the agent may not
     */
    Future<Optional<AgentTool.Result>> use(String sessionKey, String tool, ObjectNode arguments);
  }

  ToolsInvoke(ToolRunner tools) {
    this.tools = tools;
  }

  void handle(HttpServerRequest request) {
    HttpBody.read(request, MOST_BYTES)
        .onSuccess(body -> use(request, body))
        .onFailure(bad -> AgentHttp.refused(request, bad));
  }

  private void use(HttpServerRequest request, ObjectNode body) {
    String tool = Json.nonBlank(body, "tool");
    if (tool == null) {
      Answers.error(request, 400, "tools.invoke requires body.tool", Answers.INVALID);
      return;
    }
    ObjectNode arguments =
        body.path("args") instanceof ObjectNode given ? given.deepCopy() : Json.object();
    String action = Json.nonBlank(body, "action");
    if (action != null && !arguments.has("action")) {
      arguments.put("action", action);
    }
    String session = Json.nonBlank(body, "sessionKey");
    tools
        .use(session == null ? "main" : session, tool, arguments)
        .onSuccess(
            done ->
                done.ifPresentOrElse(
                    result -> answer(request, result), () -> unknown(request, tool)))
        .onFailure(failed -> threw(request, String.valueOf(failed.getMessage())));
  }

  private static void answer(HttpServerRequest request, AgentTool.Result result) {
    if (result.failed()) {
      threw(request, result.text());
      return;
    }
    ObjectNode shown = Json.object();
    shown.putArray("content").addObject().put("type", "text").put("text", result.text());
    shown.set("details", result.details());
    JsonNode body = Json.object().put("ok", true).set("result", shown);
    Answers.json(request, 200, body);
  }

  private static void threw(HttpServerRequest request, String message) {
    ObjectNode body = Json.object().put("ok", false);
    body.putObject("error").put("type", "tool_error").put("message", message);
    Answers.json(request, 400, body);
  }

  private static void unknown(HttpServerRequest request, String tool) {
    ObjectNode body = Json.object().put("ok", false);
    body.putObject("error").put("type", "not_found").put("message", "Tool not available: " + tool);
    Answers.json(request, 404, body);
  }
}
