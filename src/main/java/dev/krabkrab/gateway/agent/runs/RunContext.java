package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.agents.AgentTool;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A run as its tools know it. */
record RunContext(RunPauses pauses, LocalRun run, BooleanSupplier over) implements AgentTool.Run {
  @Override
  public boolean isOver() {
    return over.getAsBoolean();
  }

  @Override
  public <T> Future<T> waiting(Supplier<Future<T>> decision) {
    pauses.slots().leave(run);
    return Future.succeededFuture()
        .compose(left -> decision.get())
        .eventually(() -> isOver() ? Future.succeededFuture() : pauses.slots().comeBack(run));
  }

  @Override
  public <T> Future<T> waitingForApproval(Supplier<Future<T>> decision) {
    return waiting(() -> pauses.notices().during(run, decision));
  }
}
