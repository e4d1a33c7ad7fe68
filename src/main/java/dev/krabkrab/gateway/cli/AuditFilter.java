package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The filter of audit entries. */
final class AuditFilter {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Not before: 30m, 24h, 7d ago, or 2026-01-31T12:00:00Z.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Not after.")
  private @Nullable String until;

  @Option(
      names = "--action",
      paramLabel = "ACTION",
      description = "Only this one, like approval.resolved.")
  private @Nullable String action;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "Only what this device or node did, or what was done to it: its id, or the beginning of"
              + " one that is paired.")
  private @Nullable String device;

  ObjectNode query(GatewayClient client, long nowMs) {
    ObjectNode query = Json.object();
    if (since != null) {
      query.put("since", Moment.of(since, nowMs));
    }
    if (until != null) {
      query.put("until", Moment.of(until, nowMs));
    }
    if (action != null) {
      query.put("action", action);
    }
    if (device != null) {
      query.put("device", Devices.paired(client::call, device));
    }
    return query;
  }
}
