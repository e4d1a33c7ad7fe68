package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.agent.runs.RunService.Submitted;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.rpc.Call;

/**
 * Takes down which clients and nodes asked agents, by which method, in which session; never what.
 * Nobody waits for it.
 */
record RunEntries(AuditTrail trail) {
  /** Enters what a call made of a request: each run once, however often it is asked for. */
  void submitted(Call call, RunRequest request, Submitted what) {
    if (!(what instanceof Submitted.Accepted)) {
      return;
    }
    trail.note(
        new AuditEvent(
            AuditAction.RUN_REQUESTED,
            AuditActor.of(call.caller()),
            details -> {
              details.put("method", call.method().name()).put("session", request.sessionKey());
              details.put("run", request.runId());
              Json.putIfPresent(details, "source", request.asker().authority().source());
            }));
  }
}
