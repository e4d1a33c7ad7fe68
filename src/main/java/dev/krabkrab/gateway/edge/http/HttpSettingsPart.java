package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code hooks} and {@code gateway.http} of the gateway document. */
public final class HttpSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "edge/http";
  }
}
