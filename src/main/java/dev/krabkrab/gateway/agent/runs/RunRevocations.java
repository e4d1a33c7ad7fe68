package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.agents.ToolForbiddenException;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.CloseDevice;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends runs of this instance whose requester lost the right to them: the device was removed or lost
 * scopes, or the named token or user was withdrawn. What such a message misses is refused where it
 * is used. For one context.
 */
final class RunRevocations {
  private static final Logger LOG = LoggerFactory.getLogger(RunRevocations.class);
  private static final String WHY = "revoked";

  private final RunTools tools;
  private final LocalRuns own;
  private final RunAborts aborts;

  RunRevocations(RunTools tools, LocalRuns own, RunAborts aborts) {
    this.tools = tools;
    this.own = own;
    this.aborts = aborts;
  }

  /** A device lost rights; nodes have none that a run could rest on. */
  void lost(CloseDevice order) {
    if (order.role() != null && !order.role().equals(Caller.OPERATOR)) {
      return;
    }
    for (LocalRun run : own.owned()) {
      Grounds on = authority(run).grounds();
      if (on.isBefore(order.deviceId(), order.generation())) {
        end(run);
      }
    }
  }

  /** The settings changed, or somebody in a channel was sent away. */
  void withdrawn() {
    for (LocalRun run : own.owned()) {
      if (authority(run).grounds().credential() != null) {
        tools.rights().require(authority(run)).onFailure(lost -> endIfForbidden(run, lost));
      }
    }
  }

  private void endIfForbidden(LocalRun run, Throwable why) {
    if (why instanceof ToolForbiddenException) {
      end(run);
    } else {
      LOG.warn("the right to run {} is not known: {}", run.runId(), why.getMessage());
    }
  }

  /** Ends a run wherever it is with what it does. */
  void end(LocalRun run) {
    LOG.info("run {} ends: whoever asked for it has lost the right to it", run.runId());
    aborts
        .abort(run.session(), run.runId(), WHY)
        .onFailure(e -> LOG.warn("run {} was not ended: {}", run.runId(), e.getMessage()));
  }

  private static Authority authority(LocalRun run) {
    return run.request().asker().authority();
  }
}
