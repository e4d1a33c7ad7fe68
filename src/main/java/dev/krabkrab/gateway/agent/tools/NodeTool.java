package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Camera, screen, place, canvas and notices of a node. What a node offers and what the gateway
 * document allows is decided where {@code node.invoke} is. Protocol 02 §9, §13.
 */
public final class NodeTool implements GatewayTool {
  private final NodeActions actions;
  private final AgentCaller hands;
  private final NodeAnswers answers;
  private final Ids ids;

  private NodeTool(NodeActions actions, AgentCaller hands, NodeAnswers answers, Ids ids) {
    this.actions = actions;
    this.hands = hands;
    this.answers = answers;
    this.ids = ids;
  }

  /**
   * All of them.
   *
   * @param files where recordings are put, for people
   */
  static List<GatewayTool> all(AgentCaller hands, Ids ids, MediaRetention files) {
    NodeAnswers answers = new NodeAnswers(files);
    return NodeActions.ALL.stream()
        .<GatewayTool>map(actions -> new NodeTool(actions, hands, answers, ids))
        .toList();
  }

  @Override
  public String name() {
    return actions.tool();
  }

  @Override
  public List<String> methods() {
    return List.of("node.list", "node.invoke");
  }

  @Override
  public String description() {
    return actions.description();
  }

  @Override
  public ObjectNode parameters() {
    return actions.parameters();
  }

  @Override
  public Future<Result> call(Use use, ObjectNode arguments) {
    NodeActions.Action action = actions.of(arguments);
    if (action == null) {
      return Future.succeededFuture(Result.failed(actions.choose()));
    }
    String missing = action.missing(arguments);
    if (missing != null) {
      return Future.succeededFuture(Result.failed(missing + " required"));
    }
    return hands
        .call(use, "node.list", Json.object())
        .compose(list -> invoke(use, action, arguments, node(list, action, arguments)))
        .compose(answer -> answers.read(action, answer.path("payload")));
  }

  private static String node(JsonNode list, NodeActions.Action action, ObjectNode arguments) {
    @Nullable String wanted = Json.nonBlank(arguments, "node");
    return NodeChoice.of(list, action.command(), wanted).id();
  }

  private Future<JsonNode> invoke(
      Use use, NodeActions.Action action, ObjectNode arguments, String nodeId) {
    ObjectNode known = arguments.deepCopy();
    known.retain(actions.fieldNames());
    ObjectNode inner = action.params(known);
    ObjectNode params =
        Json.object()
            .put("nodeId", nodeId)
            .put("command", action.command())
            .put("timeoutMs", action.timeoutMs(inner))
            .put("sessionKey", use.sessionKey())
            .put("idempotencyKey", ids.uuid());
    params.set("params", inner);
    return hands.call(use, "node.invoke", params);
  }
}
