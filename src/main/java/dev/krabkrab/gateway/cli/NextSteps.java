package dev.krabkrab.gateway.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to do about an error of a method: by the beginning of its text, which clients rely on. */
final class NextSteps {
  private static final String CHANNELS =
      "It is not set up: `krabkrab channels status` shows those that are,"
          + " docs/operations/channels.md how to set one up.";

  private static final Map<String, String> BY_TEXT = byText();

  private NextSteps() {}

  private static Map<String, String> byText() {
    Map<String, String> steps = new LinkedHashMap<>();
    steps.put(
        "unknown requestId",
        "It may have ended, for a request lasts five minutes; `krabkrab devices list` shows those"
            + " that wait.");
    steps.put("unknown deviceId", "`krabkrab devices list` shows the devices and their roles.");
    steps.put(
        "unknown or expired approval id",
        "`krabkrab approvals list` shows what waits, `krabkrab audit list --action"
            + " approval.resolved` what was decided.");
    steps.put("unsupported channel", CHANNELS);
    steps.put("unsupported poll channel", CHANNELS);
    steps.put("invalid channels.logout channel", CHANNELS);
    steps.put("node not connected", "`krabkrab nodes list` shows those that are.");
    steps.put("unknown node", "`krabkrab nodes list` shows them all.");
    steps.put("No session found", "`krabkrab sessions list` shows them.");
    steps.put("session not found", "`krabkrab sessions list` shows them.");
    steps.put(
        "unknown method",
        "This gateway does not offer it; `krabkrab status --json` lists what it offers.");
    return steps;
  }

  /** The next step, or null when none is known. */
  static @Nullable String of(GatewayError error) {
    String text = error.message();
    if (text.startsWith("node command not allowed")) {
      return command(error.details().path("reason").asText(""));
    }
    if (text.contains("not available on this gateway")) {
      return BY_TEXT.get("unknown method");
    }
    for (Map.Entry<String, String> step : BY_TEXT.entrySet()) {
      if (text.startsWith(step.getKey())) {
        return step.getValue();
      }
    }
    return null;
  }

  private static @Nullable String command(String reason) {
    if (reason.equals("command not allowlisted")) {
      return "The gateway does not let it through to nodes of that platform: see"
          + " gateway.nodes.allowCommands and gateway.nodes.denyCommands, which "
          + "`krabkrab config get gateway.nodes` shows.";
    }
    if (reason.contains("declare")) {
      return "The node itself does not offer it: `krabkrab nodes list` shows what each one offers.";
    }
    return reason.isEmpty() ? null : "Reason: " + Text.safe(reason) + ".";
  }
}
