package dev.krabkrab.gateway.approvals;

import java.util.List;

/** What an approver may say. Protocol 02 §2.2. */
final class Decision {
  static final String ALLOW_ONCE = "allow-once";
  static final String ALLOW_ALWAYS = "allow-always";
  static final String DENY = "deny";

  static final List<String> ALL = List.of(ALLOW_ONCE, ALLOW_ALWAYS, DENY);

  private Decision() {}
}
