package dev.krabkrab.gateway.agent.agents;

import dev.krabkrab.gateway.agent.models.ModelAnswer;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.agent.models.ModelRequest;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tools of one turn: what the model is offered of them, and what comes of its calls. */
record TurnTools(List<AgentTool> all) {
  private static final Logger LOG = LoggerFactory.getLogger(TurnTools.class);

  /**
   * As the model sees them.
   *
   * @param ofClient whether only those that the client carries out
   */
  List<ModelRequest.Tool> offered(boolean ofClient) {
    return all.stream()
        .filter(tool -> !ofClient || tool.isOfClient())
        .map(tool -> new ModelRequest.Tool(tool.name(), tool.description(), tool.parameters()))
        .toList();
  }

  boolean isOfClient(ToolCall call) {
    return all.stream().anyMatch(tool -> tool.isOfClient() && tool.name().equals(call.name()));
  }

  /** Of the calls that the client is to carry out only the first one counts. Protocol 04 §21. */
  ModelAnswer withOneOfClient(ModelAnswer answer) {
    List<ToolCall> calls = new ArrayList<>(answer.calls());
    answer.calls().stream().filter(this::isOfClient).skip(1).forEach(calls::remove);
    return new ModelAnswer(
        answer.text(), calls, answer.usage(), answer.thought(), answer.stopReason());
  }

  /** Carries a call out; what goes wrong is a result, for the model. */
  Future<AgentTool.Result> use(ToolCall call, AgentTool.Use use) {
    AgentTool tool =
        all.stream().filter(known -> known.name().equals(call.name())).findFirst().orElse(null);
    if (tool == null) {
      return Future.succeededFuture(AgentTool.Result.failed("no such tool: " + call.name()));
    }
    Future<AgentTool.Result> done;
    try {
      done = tool.call(use, call.arguments());
    } catch (RuntimeException e) {
      done = Future.failedFuture(e);
    }
    return done.otherwise(
        e -> {
          LOG.debug("tool {} failed", call.name(), e);
          return AgentTool.Result.failed(String.valueOf(e.getMessage()));
        });
  }
}
