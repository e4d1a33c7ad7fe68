package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code gateway.pairing} of the gateway document. */
public final class PairingSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "access/pairing";
  }
}
