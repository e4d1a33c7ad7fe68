package dev.krabkrab.gateway.access.audit;

/** Everything that is entered into the audit trail. */
public enum AuditAction {
  APPROVAL_REQUESTED("approval.requested"),
  APPROVAL_RESOLVED("approval.resolved"),
  APPROVAL_POLICY_CHANGED("approval.policy.changed"),
  /** A rule, made of an earlier {@code allow-always}, answered in place of a human. */
  APPROVAL_RULE_USED("approval.rule.used"),
  APPROVAL_RULE_REMOVED("approval.rule.removed"),
  DEVICE_PAIRED("device.paired"),
  DEVICE_REJECTED("device.rejected"),
  DEVICE_REMOVED("device.removed"),
  DEVICE_RENAMED("device.renamed"),
  BOOTSTRAP_CREATED("bootstrap.created"),
  TOKEN_ISSUED("token.issued"),
  TOKEN_ROTATED("token.rotated"),
  TOKEN_REVOKED("token.revoked"),
  NODE_PAIRED("node.paired"),
  NODE_REJECTED("node.rejected"),
  NODE_REMOVED("node.removed"),
  /** Somebody in a channel was let in, and may have agents do what the owner may. */
  PERSON_ADMITTED("person.admitted"),
  /** Somebody in a channel who waited, or was let in, was sent away. */
  PERSON_DISMISSED("person.dismissed"),
  CONFIG_CHANGED("config.changed"),
  CRON_ADDED("cron.added"),
  CRON_CHANGED("cron.changed"),
  CRON_REMOVED("cron.removed"),
  NODE_INVOKED("node.invoked"),
  /** A node was not asked: its command policy or a missing approval forbade it. */
  RUN_REFUSED("run.refused"),
  /** A tool was used over HTTP, or was to be. */
  HTTP_TOOL("http.tool"),
  /** An agent was asked over a socket: by a client, or by the gateway in the name of a node. */
  RUN_REQUESTED("run.requested"),
  /** An agent was asked over HTTP or by a hook. */
  HTTP_RUN("http.run"),
  /** A connection or a call was refused for want of a secret, a pairing, a role or a scope. */
  ACCESS_REFUSED("access.refused"),
  /** Redis did not say whether an action was done; it may be in effect. */
  OUTCOME_UNKNOWN("outcome.unknown"),
  /** Entries are missing here, and the gateway knows it. */
  AUDIT_GAP("audit.gap");

  private final String wire;

  AuditAction(String wire) {
    this.wire = wire;
  }

  /** The name in entries and on the wire. */
  public String wire() {
    return wire;
  }
}
