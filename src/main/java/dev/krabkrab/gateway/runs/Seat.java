package dev.krabkrab.gateway.runs;

import dev.krabkrab.gateway.agents.AgentTool;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A run as its tools know it. */
record Seat(Places places, ApprovalNotices notices, OwnRun run, BooleanSupplier over)
    implements AgentTool.Run {
  @Override
  public boolean isOver() {
    return over.getAsBoolean();
  }

  @Override
  public <T> Future<T> waiting(Supplier<Future<T>> decision) {
    places.leave(run);
    return Future.succeededFuture()
        .compose(left -> decision.get())
        .eventually(() -> isOver() ? Future.succeededFuture() : places.comeBack(run));
  }

  @Override
  public <T> Future<T> waitingForApproval(Supplier<Future<T>> decision) {
    return waiting(() -> notices.during(run, decision));
  }
}
