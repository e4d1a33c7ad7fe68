package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.AuthorityService;
import dev.krabkrab.gateway.agent.agents.ToolForbiddenException;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.MethodSpec;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Keeps tools from those who may not call the methods behind them: what a method asks of a client,
 * its tool asks of whoever an agent works for, and it does nothing for who has lost his rights
 * since.
 */
public final class ToolRights {
  private ToolRights() {}

  /** The same tools, each behind the rights of its methods. */
  public static List<AgentTool> guarded(
      List<? extends GatewayTool> tools, AuthorityService rights) {
    return tools.stream().<AgentTool>map(tool -> new Guarded(tool, specs(tool), rights)).toList();
  }

  private static List<MethodSpec> specs(GatewayTool tool) {
    return tool.methods().stream()
        .map(name -> Objects.requireNonNull(MethodCatalog.find(name), name))
        .toList();
  }

  private record Guarded(AgentTool tool, List<MethodSpec> methods, AuthorityService rights)
      implements AgentTool {
    @Override
    public Future<Result> call(Use use, ObjectNode arguments) {
      Caller caller = use.authority().caller("run:" + use.runId(), AgentCaller.CLIENT, null, 0);
      return methods.stream()
          .flatMap(method -> Stream.ofNullable(method.access().refusal(caller)))
          .findFirst()
          .<Future<Result>>map(refusal -> Future.failedFuture(forbidden(refusal)))
          .orElseGet(
              () -> rights.require(use.authority()).compose(still -> tool.call(use, arguments)));
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
