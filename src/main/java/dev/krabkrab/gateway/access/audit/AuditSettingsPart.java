package dev.krabkrab.gateway.access.audit;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code gateway.audit} of the gateway document. */
public final class AuditSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "access/audit";
  }
}
