package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.rpc.Refusals;
import org.jspecify.annotations.Nullable;

/** Tells the audit trail who had what done over HTTP, and what came of it. */
public final class HttpAudit {
  private static final int LONGEST = 128;

  private final AuditTrail trail;
  private final Refusals refusals;

  public HttpAudit(AuditTrail trail, Refusals refusals) {
    this.trail = trail;
    this.refusals = refusals;
  }

  /** A tool was used. */
  void tool(HttpCaller by, String tool, String session, String outcome) {
    trail.note(entry(by, tool, session, outcome));
  }

  /** A tool was not used: it is not there, or not for whoever asked. */
  void toolRefused(HttpCaller by, String tool, String session, String outcome) {
    trail.refused(entry(by, tool, session, outcome), bounded(tool) + " " + outcome);
  }

  private static AuditEvent entry(HttpCaller by, String tool, String session, String outcome) {
    return new AuditEvent(
        AuditAction.HTTP_TOOL,
        AuditActor.of(by.caller()),
        details ->
            details
                .put("tool", bounded(tool))
                .put("session", bounded(session))
                .put("outcome", outcome));
  }

  void run(HttpCaller by, String path, String session, @Nullable String runId, String outcome) {
    trail.note(
        new AuditEvent(
            AuditAction.HTTP_RUN,
            AuditActor.of(by.caller()),
            details -> {
              details.put("path", bounded(path)).put("session", bounded(session));
              Json.putIfPresent(details, "run", runId);
              details.put("outcome", outcome);
            }));
  }

  /** Somebody was let in who may not do this. */
  void lacks(HttpCaller by, String what, String reason) {
    refusals.call(by.caller(), "http " + bounded(what), reason);
  }

  /** Nobody that is known. */
  void unauthorized(String address, String reason) {
    refusals.connect(address, null, "http " + reason);
  }

  private static String bounded(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }
}
