package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** Goes through the audit trail from its oldest entry on, page by page, and says how far it is. */
final class AuditWalk {
  private static final int PAGE = 1_000;
  private static final int SAY_EVERY = 20_000;

  private final GatewayClient client;
  private final PrintWriter err;

  AuditWalk(GatewayClient client, PrintWriter err) {
    this.client = client;
    this.err = err;
  }

  /** Hands over every page that fits the query, as the gateway answers it. */
  void each(ObjectNode query, Consumer<JsonNode> page) {
    query.put("oldestFirst", true).put("text", true).put("limit", PAGE);
    long seen = 0;
    long said = 0;
    while (true) {
      JsonNode answer = client.call("audit.list", query);
      page.accept(answer);
      seen += answer.path("entries").size();
      if (seen - said >= SAY_EVERY) {
        said = seen;
        err.println(seen + " entries …");
      }
      JsonNode next = answer.path("next");
      if (!next.isTextual()) {
        return;
      }
      query.put("cursor", next.asText());
    }
  }
}
