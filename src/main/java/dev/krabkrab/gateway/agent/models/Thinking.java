package dev.krabkrab.gateway.agent.models;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The thinking level of a model. Protocol 04 §16.4. */
public enum Thinking {
  OFF(0),
  MINIMAL(1_024),
  LOW(2_048),
  MEDIUM(8_192),
  HIGH(16_384),
  XHIGH(24_576);

  private final int budget;

  Thinking(int budget) {
    this.budget = budget;
  }

  /** Reads a level, or another word for one; what is none of them means off. */
  public static Thinking of(@Nullable String text) {
    return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
      case "minimal", "min" -> MINIMAL;
      case "low", "on", "think" -> LOW;
      case "medium", "med", "mid" -> MEDIUM;
      case "high", "max", "highest" -> HIGH;
      case "xhigh" -> XHIGH;
      default -> OFF;
    };
  }

  /** Tokens it may take, where a provider wants a number. */
  int budget() {
    return budget;
  }

  /** As the protocol names it. */
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
