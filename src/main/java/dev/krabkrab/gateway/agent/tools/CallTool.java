package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** A tool that is one method of the gateway: the model reads what a client would. */
public final class CallTool implements GatewayTool {
  private static final int MOST_OUTPUT = 30_000;

  private final String name;
  private final String description;
  private final String parameters;
  private final String method;
  private final BiFunction<Use, ObjectNode, ObjectNode> params;
  private final AgentCaller hands;

  private CallTool(
      String name,
      String description,
      String parameters,
      String method,
      BiFunction<Use, ObjectNode, ObjectNode> params,
      AgentCaller hands) {
    this.name = name;
    this.description = description;
    this.parameters = parameters;
    this.method = method;
    this.params = params;
    this.hands = hands;
  }

  /** Tools for sessions, nodes and jobs. */
  static List<GatewayTool> all(AgentCaller caller) {
    List<GatewayTool> tools = new ArrayList<>(ofSessions(caller));
    tools.add(
        new CallTool(
            "nodes_list",
            "Lists machines and phones that are connected or known, with what they offer.",
            "{}",
            "node.list",
            (use, given) -> Json.object(),
            caller));
    tools.addAll(ofJobs(caller));
    return List.copyOf(tools);
  }

  private static List<GatewayTool> ofSessions(AgentCaller hands) {
    return List.of(
        new CallTool(
            "sessions_list",
            "Lists conversations, the latest first.",
            "{\"limit\":{\"type\":\"integer\"},\"search\":{\"type\":\"string\"}}",
            "sessions.list",
            (use, given) -> {
              ObjectNode params = given.deepCopy();
              params.retain("limit", "search");
              return params.has("limit") ? params : params.put("limit", 20);
            },
            hands),
        new CallTool(
            "sessions_history",
            "Reads the last messages of a conversation; without sessionKey of this one.",
            "{\"sessionKey\":{\"type\":\"string\"},\"limit\":{\"type\":\"integer\"}}",
            "chat.history",
            (use, given) ->
                Json.object()
                    .put("sessionKey", given.path("sessionKey").asText(use.sessionKey()))
                    .put("limit", Math.clamp(given.path("limit").asInt(20), 1, 100)),
            hands));
  }

  private static List<GatewayTool> ofJobs(AgentCaller hands) {
    return List.of(
        new CallTool(
            "cron_list",
            "Lists jobs that run by the clock.",
            "{}",
            "cron.list",
            (use, given) -> Json.object(),
            hands),
        new CallTool(
            "cron_remove",
            "Removes a job that runs by the clock.",
            "{\"id\":{\"type\":\"string\"}}",
            "cron.remove",
            (use, given) -> Json.object().put("id", given.path("id").asText()),
            hands));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> methods() {
    return List.of(method);
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public ObjectNode parameters() {
    return Json.parseObject("{\"type\":\"object\",\"properties\":" + parameters + "}");
  }

  @Override
  public Future<Result> call(Use use, ObjectNode arguments) {
    return hands
        .call(use, method, params.apply(use, arguments))
        .map(
            answer -> {
              String text = Json.text(answer);
              return new Result(
                  text.length() <= MOST_OUTPUT ? text : text.substring(0, MOST_OUTPUT) + "…",
                  Json.object().put("status", "completed"),
                  false);
            });
  }
}
