package dev.krabkrab.gateway.agent.runs;

import org.jspecify.annotations.Nullable;

/** The origin of a run. Protocol 04 §4. */
public enum RunKind {
  CHAT("chat"),
  AGENT("agent"),
  HTTP("http"),
  HOOK("hook"),
  CRON("cron"),
  NODE("node"),
  CHANNEL("channel");

  private final String wire;

  RunKind(String wire) {
    this.wire = wire;
  }

  String wire() {
    return wire;
  }

  static RunKind of(@Nullable String wire) {
    for (RunKind kind : values()) {
      if (kind.wire.equals(wire)) {
        return kind;
      }
    }
    return AGENT;
  }
}
