package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Set;

/** Prints approval events, each request once however often the gateway repeats it. */
final class ApprovalsView {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final String REQUESTED = "exec.approval.requested";
  private static final String RESOLVED = "exec.approval.resolved";

  private final CliContext context;
  private final Set<String> shown = new HashSet<>();
  private boolean json;

  ApprovalsView(CliContext context) {
    this.context = context;
  }

  void asJson(boolean wanted) {
    json = wanted;
  }

  void event(JsonNode event) {
    switch (event.path("event").asText()) {
      case REQUESTED -> requested(event.path("payload"));
      case RESOLVED -> resolved(event.path("payload"));
      default -> {}
    }
  }

  void requested(JsonNode approval) {
    String id = approval.path("id").asText();
    // A finished id may be used again, so the time belongs to its identity.
    if (!shown.add(id + "@" + approval.path("createdAtMs").asLong())) {
      return;
    }
    if (json) {
      frame(REQUESTED, approval);
      return;
    }
    String place = ApprovalText.place(approval);
    String variables = ApprovalText.variables(approval);
    String asker = ApprovalText.asker(approval);
    String risks = ApprovalText.risks(approval);
    line(
        approval.path("createdAtMs"),
        "requested  "
            + Text.safe(id)
            + "  "
            + (place.isEmpty() ? "" : "[" + Text.safe(place) + "] ")
            + Text.safe(ApprovalText.command(approval))
            + "  words "
            + Text.safe(ApprovalText.words(approval))
            + (variables.isEmpty() ? "" : "  variables " + Text.safe(variables))
            + (asker.isEmpty() ? "" : "  by " + Text.safe(asker))
            + (risks.isEmpty() ? "" : "  look at " + Text.safe(risks))
            + "  (expires "
            + Text.relative(approval.path("expiresAtMs").asLong(0), context.nowMs())
            + ")");
  }

  private void resolved(JsonNode payload) {
    if (json) {
      frame(RESOLVED, payload);
      return;
    }
    String by = ApprovalText.by(payload, "reason");
    boolean named = payload.path("resolvedBy").isTextual();
    line(
        payload.path("ts"),
        "resolved   "
            + Text.safe(payload.path("id").asText())
            + "  "
            + decision(payload)
            + (named ? " by " + by : ""));
  }

  private static String decision(JsonNode payload) {
    return payload.path("terminalReason").asText().equals("timeout")
        ? "expired"
        : Text.safe(payload.path("decision").asText("expired"));
  }

  private void line(JsonNode ms, String text) {
    Instant at = Instant.ofEpochMilli(ms.asLong(context.nowMs()));
    context.out().println(TIME.format(at.atZone(ZoneId.systemDefault())) + "  " + text);
    context.out().flush();
  }

  private void frame(String event, JsonNode payload) {
    ObjectNode frame = Json.object().put("event", event);
    frame.set("payload", payload);
    context.out().println(Json.compact(frame));
    context.out().flush();
  }
}
