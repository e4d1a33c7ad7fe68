package dev.krabkrab.gateway.control.approvals;

import java.util.List;

/** The decisions an approver may take. Protocol 02 §2.2. */
final class Decision {
  static final String ALLOW_ONCE = "allow-once";
  static final String ALLOW_ALWAYS = "allow-always";
  static final String DENY = "deny";

  static final List<String> ALL = List.of(ALLOW_ONCE, ALLOW_ALWAYS, DENY);

  private Decision() {}
}
