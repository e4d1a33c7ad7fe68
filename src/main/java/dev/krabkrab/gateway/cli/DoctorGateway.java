package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Looks at a gateway over a connection to it. */
final class DoctorGateway {
  private static final Duration PROBE = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofDays(14);
  private static final String CHANNELS = "docs/operations/channels.md says how to set one up.";

  private final CliContext context;
  private final GatewayClient client;
  private final List<DoctorCheck> checks = new ArrayList<>();

  DoctorGateway(CliContext context, GatewayClient client) {
    this.context = context;
    this.client = client;
  }

  /**
   * Asks the gateway for all it tells.
   *
   * @param probe whether channels are asked in turn
   * @param admin whether this connection may read the configuration
   */
  List<DoctorCheck> look(boolean probe, boolean admin) {
    version();
    clock();
    providers(client.call("models.authStatus", Json.object()));
    channels(probe);
    if (admin) {
      warnings(client.call("config.get", Json.object()));
    }
    return checks;
  }

  private void version() {
    String there = client.hello().path("server").path("version").asText("?");
    String here = Version.current();
    checks.add(
        there.equals(here)
            ? DoctorCheck.ok("Version", there + " there and here")
            : DoctorCheck.warn(
                "Version",
                there + " there, " + here + " here",
                "Update the older one; docs/operations/upgrade.md"));
  }

  /** Its clock between the question and the answer. */
  private void clock() {
    long before = context.nowMs();
    long there = client.call("health", Json.object()).path("ts").asLong(before);
    long after = context.nowMs();
    long off = there < before ? there - before : Math.max(0, there - after);
    checks.add(DoctorCheck.clocks("Clock", "the gateway's", off));
  }

  private void providers(JsonNode answer) {
    if (answer.path("providers").isEmpty()) {
      checks.add(
          DoctorCheck.warn(
              "Models",
              "no provider is set up: agents only echo",
              "docs/operations/agents.md says how."));
    }
    for (JsonNode row : answer.path("providers")) {
      String name = row.path("provider").asText();
      checks.add(
          row.path("status").asText().equals("missing")
              ? DoctorCheck.fail(
                  "Models",
                  name + " has no key on the instance that was asked",
                  "Set the variable that models.providers." + name + ".apiKey names, everywhere.")
              : DoctorCheck.ok("Models", name + " has its key"));
    }
  }

  private void channels(boolean probe) {
    ObjectNode params = Json.object();
    if (probe) {
      params.put("probe", true).put("timeoutMs", PROBE.toMillis() / 2);
    }
    JsonNode status = client.call("channels.status", params, PROBE, false);
    for (JsonNode channel : status.path("channelOrder")) {
      for (JsonNode row : status.path("channelAccounts").path(channel.asText())) {
        checks.add(account(channel.asText() + " " + row.path("accountId").asText(""), row));
      }
    }
    if (status.path("channelOrder").isEmpty()) {
      checks.add(DoctorCheck.ok("Channels", "none is set up"));
    }
  }

  private static DoctorCheck account(String name, JsonNode row) {
    String what = name.strip();
    JsonNode probed = row.path("probe");
    boolean refused = probed.path("ok").isBoolean() && !probed.path("ok").asBoolean();
    String problem =
        refused ? probed.path("error").asText("no answer") : row.path("lastError").asText("");
    if (!row.path("enabled").asBoolean(true)) {
      return DoctorCheck.ok("Channels", what + " is switched off");
    }
    if (!row.path("configured").asBoolean(true)) {
      return DoctorCheck.warn("Channels", what + " is not set up", CHANNELS);
    }
    if (!problem.isEmpty()) {
      return DoctorCheck.fail("Channels", what + ": " + problem, CHANNELS);
    }
    return row.path("connected").asBoolean(true)
        ? DoctorCheck.ok("Channels", what + " is ready")
        : DoctorCheck.fail("Channels", what + " is not connected", CHANNELS);
  }

  private void warnings(JsonNode config) {
    for (JsonNode warning : config.path("warnings")) {
      checks.add(
          DoctorCheck.warn(
              "Settings",
              warning.path("path").asText("") + ": " + warning.path("message").asText(""),
              "Change it with config set or patch."));
    }
    if (config.path("warnings").isEmpty()) {
      checks.add(DoctorCheck.ok("Settings", "no warnings"));
    }
  }

  /** When a certificate ends. */
  static DoctorCheck certificate(Instant end, Instant now) {
    String text = "ends " + end;
    String advice = "Renew it; docs/operations/keys.md";
    if (end.isBefore(now)) {
      return DoctorCheck.fail("Certificate", "ended " + end, advice);
    }
    return end.isBefore(now.plus(SOON))
        ? DoctorCheck.warn("Certificate", text, advice)
        : DoctorCheck.ok("Certificate", text);
  }
}
