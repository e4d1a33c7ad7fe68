package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.agents.Authority;
import dev.krabkrab.gateway.agents.ToolForbiddenException;
import dev.krabkrab.gateway.http.AgentHttp.Runner;
import dev.krabkrab.gateway.http.HttpBody.BadBody;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** {@code POST /tools/invoke}: one tool of an agent, without a model. Protocol 04 §22. */
final class ToolsInvoke {
  private static final int MOST_BYTES = 2 * 1024 * 1024;

  private static final String NOT_FOUND = "not_found";

  private final ToolRunner tools;
  private final Runner runner;
  private final HttpTrail trail;

  /** Uses a tool; safe from any event loop. */
  interface ToolRunner {
    /**
     * Uses it under the rules of a session's agent.
     *
     * @param authority on whose behalf
     * @param run over when nobody waits any more
     * @return on the caller's context; empty when there is no such tool, or the agent may not;
     *     fails with {@link ToolForbiddenException} when whoever asks may not
     */
    Future<Optional<AgentTool.Result>> use(
        String sessionKey,
        String tool,
        ObjectNode arguments,
        Authority authority,
        AgentTool.Run run);
  }

  ToolsInvoke(ToolRunner tools, Runner runner, HttpTrail trail) {
    this.tools = tools;
    this.runner = runner;
    this.trail = trail;
  }

  void handle(Visit visit) {
    HttpBody.read(visit.request(), MOST_BYTES)
        .onSuccess(body -> use(visit, body))
        .onFailure(bad -> AgentHttp.refused(visit.request(), bad));
  }

  private void use(Visit visit, ObjectNode body) {
    if (visit.isOver()) {
      return;
    }
    HttpServerRequest request = visit.request();
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
    String given = Json.nonBlank(body, "sessionKey");
    String session;
    try {
      session = AgentHttp.usable(runner, given == null ? "main" : given);
    } catch (BadBody bad) {
      trail.tool(visit.visitor(), tool, String.valueOf(given), "refused");
      String type = bad.status() == 404 ? NOT_FOUND : Answers.INVALID;
      failed(request, bad.status(), type, String.valueOf(bad.getMessage()));
      return;
    }
    tools
        .use(session, tool, arguments, visit.visitor().authority(), visit::isOver)
        .onComplete(
            done -> {
              String outcome =
                  done.map(result -> result.failed() ? "failed" : "ok").orElse("not found");
              trail.tool(visit.visitor(), tool, session, outcome);
              done.ifPresentOrElse(result -> answer(request, result), () -> unknown(request, tool));
            },
            failed -> failed(visit, tool, session, failed));
  }

  private void failed(Visit visit, String tool, String session, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof ToolForbiddenException) {
      trail.tool(visit.visitor(), tool, session, "forbidden");
      failed(visit.request(), 403, Answers.FORBIDDEN, message);
    } else {
      trail.tool(visit.visitor(), tool, session, "failed");
      threw(visit.request(), message);
    }
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
    failed(request, 400, "tool_error", message);
  }

  private static void unknown(HttpServerRequest request, String tool) {
    failed(request, 404, NOT_FOUND, "Tool not available: " + tool);
  }

  private static void failed(HttpServerRequest request, int status, String type, String message) {
    ObjectNode body = Json.object().put("ok", false);
    body.putObject("error").put("type", type).put("message", message);
    Answers.json(request, status, body);
  }
}
