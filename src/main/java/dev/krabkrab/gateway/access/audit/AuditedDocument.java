package dev.krabkrab.gateway.access.audit;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.settings.DocumentAudit;
import dev.krabkrab.gateway.platform.settings.GatewayDocument;
import io.vertx.core.Future;

/** Enters each change of the gateway document into the audit trail. Safe from any thread. */
public record AuditedDocument(AuditTrail trail) implements DocumentAudit {
  @Override
  public Future<Void> changed(Caller by, GatewayDocument before, GatewayDocument after) {
    return trail.enter(DocumentEntries.changed(by, before, after));
  }
}
