package dev.krabkrab.gateway.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.agents.ToolForbiddenException;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.rpc.MethodCatalog;
import dev.krabkrab.gateway.rpc.MethodSpec;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Keeps tools from those who may not call the methods behind them: what a method asks of a client,
 * its tool asks of whoever an agent works for.
 */
public final class ToolRights {
  private ToolRights() {}

  /** The same tools, each behind the rights of its methods. */
  public static List<AgentTool> guarded(List<? extends GatewayTool> tools) {
    return tools.stream().<AgentTool>map(tool -> new Guarded(tool, specs(tool))).toList();
  }

  private static List<MethodSpec> specs(GatewayTool tool) {
    return tool.methods().stream()
        .map(name -> Objects.requireNonNull(MethodCatalog.find(name), name))
        .toList();
  }

  private record Guarded(AgentTool tool, List<MethodSpec> methods) implements AgentTool {
    @Override
    public Future<Result> call(Use use, ObjectNode arguments) {
      Caller caller = use.authority().caller("run:" + use.runId(), AgentHands.CLIENT, null, 0);
      return methods.stream()
          .flatMap(method -> Stream.ofNullable(method.access().refusal(caller)))
          .findFirst()
          .<Future<Result>>map(refusal -> Future.failedFuture(forbidden(refusal)))
          .orElseGet(() -> tool.call(use, arguments));
    }

    private ToolForbiddenException forbidden(ErrorShape refusal) {
      return new ToolForbiddenException(
          tool.name() + " is not for whom this is done: " + refusal.message());
    }

    @Override
    public boolean isOfClient() {
      return tool.isOfClient();
    }

    @Override
    public String name() {
      return tool.name();
    }

    @Override
    public String description() {
      return tool.description();
    }

    @Override
    public ObjectNode parameters() {
      return tool.parameters();
    }
  }
}
