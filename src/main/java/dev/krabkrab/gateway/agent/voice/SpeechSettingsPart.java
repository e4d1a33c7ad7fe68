package dev.krabkrab.gateway.agent.voice;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code messages.tts} of the gateway document. */
public final class SpeechSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/voice";
  }
}
