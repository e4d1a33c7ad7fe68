package dev.krabkrab.gateway.access.audit;

import dev.krabkrab.gateway.platform.settings.DocumentAudit;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Enters each change of the gateway document into the audit trail. Safe from any thread. */
public record AuditedDocument(AuditTrail trail) implements DocumentAudit {
  @Override
  public Future<Boolean> writing(Change change, Supplier<Future<Boolean>> write) {
    return trail.entering(
        AuditEvent.unknown(AuditAction.CONFIG_CHANGED, change.by()),
        write,
        written -> written ? entry(change) : null);
  }

  private static AuditEvent entry(Change change) {
    return DocumentEntries.changed(change.by(), change.before(), change.after());
  }
}
