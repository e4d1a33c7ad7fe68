package dev.krabkrab.gateway.agent.runs;

import java.util.Locale;
import java.util.Set;

/** Messages that end what is going on. Protocol 04 §6. */
final class StopPhrases {
  private static final Set<String> ALL =
      Set.of("/stop", "stop", "esc", "abort", "wait", "exit", "interrupt");

  private StopPhrases() {}

  static boolean matches(String message) {
    return ALL.contains(message.strip().toLowerCase(Locale.ROOT));
  }
}
