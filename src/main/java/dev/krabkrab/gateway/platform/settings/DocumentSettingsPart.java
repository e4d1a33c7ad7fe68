package dev.krabkrab.gateway.platform.settings;

/** The document itself: its stamp, the names of all sections, and what belongs to no feature. */
public final class DocumentSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "platform/settings";
  }
}
