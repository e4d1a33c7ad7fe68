package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/**
 * What a person sees of one turn of an agent: the text as it grows on standard output, approvals it
 * waits for on standard error. With JSON, one object at the end. For one thread.
 */
final class TurnView {
  private final ClientCommand command;
  private final String runId;
  private final boolean json;
  private final Set<String> approvals = new HashSet<>();
  private String session;
  private boolean canonical;
  private boolean accepted;
  private String printed = "";

  /**
   * @param session as the user named it; the gateway's own name for it comes with events
   */
  TurnView(ClientCommand command, String runId, String session, boolean json) {
    this.command = command;
    this.runId = runId;
    this.session = session;
    this.json = json;
  }

  String runId() {
    return runId;
  }

  void accepted() {
    accepted = true;
  }

  /** Tells of approvals that were asked for while there was no connection. */
  void reconnected(GatewayClient client) {
    if (accepted && client.offers("exec.approval.list")) {
      try {
        client.call("exec.approval.list", Json.object()).forEach(this::requested);
      } catch (CliException e) {
        // Without the scope there is nothing to tell; any other failure shows in the next call.
        return;
      }
    }
  }

  void event(JsonNode event) {
    JsonNode payload = event.path("payload");
    switch (event.path("event").asText()) {
      case "agent" -> agent(payload);
      case "exec.approval.requested" -> requested(payload);
      case "exec.approval.resolved" -> resolved(payload);
      default -> {}
    }
  }

  private void agent(JsonNode payload) {
    if (!payload.path("runId").asText().equals(runId)) {
      return;
    }
    if (payload.path("sessionKey").isTextual()) {
      session = payload.path("sessionKey").asText();
      canonical = true;
    }
    if (payload.path("stream").asText().equals("assistant")) {
      text(payload.path("data").path("text").asText(""));
    }
  }

  /** Prints what is new of the text so far; a text that began anew is printed anew. */
  private void text(String all) {
    boolean half = !all.isEmpty() && Character.isHighSurrogate(all.charAt(all.length() - 1));
    String whole = half ? all.substring(0, all.length() - 1) : all;
    if (printed.startsWith(whole)) {
      return;
    }
    if (whole.startsWith(printed)) {
      show(whole.substring(printed.length()));
    } else {
      show((printed.isEmpty() ? "" : "\n") + whole);
    }
    printed = whole;
  }

  private void show(String text) {
    if (!json) {
      command.context().out().print(text);
      command.context().out().flush();
    }
  }

  private void requested(JsonNode approval) {
    String id = approval.path("id").asText();
    if (!isOfSession(approval.path("request").path("sessionKey").asText()) || !approvals.add(id)) {
      return;
    }
    String place = ApprovalText.place(approval);
    tell(
        "waiting for an approval: "
            + Text.safe(ApprovalText.command(approval))
            + (place.isEmpty() ? "" : " [" + Text.safe(place) + "]")
            + "; decide with: "
            + command.told("krabkrab approvals resolve")
            + " "
            + Program.quoted(Text.safe(id))
            + " allow-once|deny");
  }

  private boolean isOfSession(String key) {
    return key.equals(session) || (!canonical && key.endsWith(":" + session));
  }

  private void resolved(JsonNode payload) {
    if (approvals.remove(payload.path("id").asText())) {
      String by = ApprovalText.by(payload, "reason");
      tell(
          "decided: "
              + Text.safe(payload.path("decision").asText("expired"))
              + (by.isEmpty() ? "" : " by " + by));
    }
  }

  private void tell(String line) {
    if (!printed.isEmpty() && !printed.endsWith("\n")) {
      // The answer goes on below; on a terminal both share the screen.
      command.context().err().println("");
    }
    command.context().err().println(line);
  }

  /** Whether a failure is that of the run, and not of a connection or a request. */
  boolean isFailure(CliException e) {
    GatewayError error = e.error();
    return error != null
        && error.code().equals("UNAVAILABLE")
        && error.message().startsWith("Error: ")
        && !error.raw().path("retryable").asBoolean();
  }

  /** The run failed. */
  int failed(CliException e) {
    String why = String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
    if (json) {
      return object(ended("error").put("error", why), ExitCodes.FAILED);
    }
    endLine();
    throw new CliException(ExitCodes.FAILED, "the run failed: " + why, e.hint(), null, e);
  }

  /** The last answer to {@code agent} came. */
  int answered(JsonNode answer) {
    StringBuilder all = new StringBuilder();
    for (JsonNode part : answer.path("result").path("payloads")) {
      all.append(all.isEmpty() ? "" : "\n").append(part.path("text").asText(""));
    }
    String last = all.toString();
    if (!printed.strip().endsWith(last.strip())) {
      text(last);
    }
    boolean aborted = answer.path("summary").asText().equals("aborted");
    if (json) {
      ObjectNode object = ended(aborted ? "aborted" : "ok").put("text", last);
      object.set("meta", answer.path("result").path("meta"));
      return object(object, aborted ? ExitCodes.ABORTED : ExitCodes.OK);
    }
    endLine();
    return aborted ? over("aborted", ExitCodes.ABORTED) : ExitCodes.OK;
  }

  /** The run was ended before it was done. */
  int over(String status, int exitCode) {
    if (json) {
      return object(ended(status).put("text", printed), exitCode);
    }
    endLine();
    command
        .context()
        .err()
        .println(
            switch (status) {
              case "timeout" -> "krabkrab: the time is over and the run ended; see --timeout";
              case "interrupted" -> "krabkrab: interrupted; the run is ended";
              default -> "krabkrab: the run was ended before it was done";
            });
    return exitCode;
  }

  private void endLine() {
    if (!printed.isEmpty() && !printed.endsWith("\n")) {
      show("\n");
      printed = "";
    }
  }

  private ObjectNode ended(String status) {
    return Json.object().put("runId", runId).put("sessionKey", session).put("status", status);
  }

  private int object(ObjectNode object, int exitCode) {
    command.context().out().println(Json.compact(object));
    return exitCode;
  }
}
