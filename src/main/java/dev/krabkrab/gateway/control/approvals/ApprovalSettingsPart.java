package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code approvals.exec} of the gateway document: how approvals are decided. */
public final class ApprovalSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "control/approvals";
  }
}
