package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.agents.ToolForbiddenException;
import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** {@code POST /tools/invoke}: one tool of an agent, without a model. Protocol 04 §22. */
final class ToolsInvoke {
  static final int MOST_BYTES = 2 * 1024 * 1024;

  private static final String NOT_FOUND = "not_found";

  private final ToolRunner tools;
  private final Runner runner;
  private final HttpAudit trail;

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

  ToolsInvoke(ToolRunner tools, Runner runner, HttpAudit trail) {
    this.tools = tools;
    this.runner = runner;
    this.trail = trail;
  }

  void handle(OpenRequest visit, Buffer sent) {
    HttpBody.parsed(sent, body -> body)
        .onSuccess(body -> use(visit, body))
        .onFailure(bad -> visit.fail(AgentHttp.refusal(bad)));
  }

  private void use(OpenRequest visit, ObjectNode body) {
    if (visit.isOver()) {
      return;
    }
    String tool = Json.nonBlank(body, "tool");
    if (tool == null) {
      visit.fail(HttpFailure.error(400, "tools.invoke requires body.tool", Answers.INVALID));
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
      session = AgentSession.ofBody(visit.request(), body, given == null ? "main" : given, runner);
    } catch (BadBody bad) {
      trail.toolRefused(visit.visitor(), tool, String.valueOf(given), "refused");
      String type = bad.status() == 404 ? NOT_FOUND : Answers.INVALID;
      failed(visit, bad.status(), type, String.valueOf(bad.getMessage()));
      return;
    }
    tools
        .use(session, tool, arguments, visit.visitor().authority(), visit::isOver)
        .onComplete(
            done ->
                done.ifPresentOrElse(
                    result -> used(visit, tool, session, result),
                    () -> unknown(visit, tool, session)),
            failed -> failed(visit, tool, session, failed));
  }

  private void failed(OpenRequest visit, String tool, String session, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof ToolForbiddenException) {
      trail.toolRefused(visit.visitor(), tool, session, "forbidden");
      failed(visit, 403, Answers.FORBIDDEN, message);
    } else {
      trail.tool(visit.visitor(), tool, session, "failed");
      threw(visit, message);
    }
  }

  private static void answer(OpenRequest visit, AgentTool.Result result) {
    if (result.failed()) {
      threw(visit, result.text());
      return;
    }
    ObjectNode shown = Json.object();
    shown.putArray("content").addObject().put("type", "text").put("text", result.text());
    shown.set("details", result.details());
    JsonNode body = Json.object().put("ok", true).set("result", shown);
    Answers.json(visit.context(), 200, body);
  }

  private static void threw(OpenRequest visit, String message) {
    failed(visit, 400, "tool_error", message);
  }

  private void used(OpenRequest visit, String tool, String session, AgentTool.Result result) {
    trail.tool(visit.visitor(), tool, session, result.failed() ? "failed" : "ok");
    answer(visit, result);
  }

  private void unknown(OpenRequest visit, String tool, String session) {
    trail.toolRefused(visit.visitor(), tool, session, "not found");
    failed(visit, 404, NOT_FOUND, "Tool not available: " + tool);
  }

  private static void failed(OpenRequest visit, int status, String type, String message) {
    ObjectNode body = Json.object().put("ok", false);
    body.putObject("error").put("type", type).put("message", message);
    visit.fail(HttpFailure.json(status, body));
  }
}
