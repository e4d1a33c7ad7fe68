package dev.krabkrab.gateway.control.approvals;

import org.jspecify.annotations.Nullable;

/** How an approval is bound to the node its command may run on. */
enum NodeBinding {
  /** The requester named the node. */
  NAMED("named"),
  /** The requester cannot name one: the node that runs it first is the one. */
  FIRST_USE("first-use"),
  /** It was requested for another place than a node. */
  NONE("none");

  private final String wire;

  NodeBinding(String wire) {
    this.wire = wire;
  }

  static NodeBinding of(@Nullable String nodeId, @Nullable String host) {
    if (nodeId != null) {
      return NAMED;
    }
    return host == null || host.equals("node") ? FIRST_USE : NONE;
  }

  /** As approvers and scripts read it. */
  String wire() {
    return wire;
  }
}
