package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.runs.RunStore.Next;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.RunEnded;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the runs of an instance that is gone: those that waited are carried out here, those
 * that ran are reported as lost and write nothing any more. For one context. Protocol 04 §25.5.
 */
final class RunTakeover {
  private static final Logger LOG = LoggerFactory.getLogger(RunTakeover.class);

  private final Backplane backplane;
  private final ConversationEvents events;
  private final RunTools tools;
  private final LocalRuns own;

  RunTakeover(Backplane backplane, ConversationEvents events, RunTools tools, LocalRuns own) {
    this.backplane = backplane;
    this.events = events;
    this.tools = tools;
    this.own = own;
  }

  /** What was left by an instance that is gone. */
  void inherit(RunStore.Reaped left) {
    RunRecord run = left.run();
    RunRequest request = run.request();
    Next next = left.next();
    if (next == null) {
      LOG.info("run {} is taken over from {}", request.runId(), run.owner());
      LocalRun taken = new LocalRun(request, piece -> {});
      taken.waited();
      own.adopt(taken);
      return;
    }
    LOG.warn("run {} was lost with {}", request.runId(), run.owner());
    RunEvents runEvents =
        new RunEvents(
            tools.vertx(), events, tools.clock(), request.runId(), request.sessionKey(), false);
    String abort = run.abort();
    if (abort == null) {
      runEvents.failedAfter(run.seq(), RunEndings.LOST);
      own.deliver(request, RunOutcome.failed(RunEndings.LOST));
    } else {
      runEvents.abortedAfter(run.seq(), abort);
      own.deliver(request, RunOutcome.aborted("", null));
    }
    tools
        .conversations()
        .find(request.sessionKey())
        .compose(
            known ->
                known.isEmpty() ? Future.<Void>succeededFuture() : fence(known.get(), run.token()))
        .onComplete(
            fenced -> {
              backplane.publishToAll(new RunEnded(request.runId()));
              own.prod(next);
            });
  }

  private Future<Void> fence(Conversation in, long token) {
    return tools.conversations().fence(in.sessionId(), token);
  }
}
