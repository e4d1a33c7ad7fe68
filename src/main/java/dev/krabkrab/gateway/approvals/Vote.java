package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;

/**
 * What somebody decides about an approval. Protocol 02 §2.2.
 *
 * @param decision one of {@link Decision#ALL}
 * @param cause why that counts as this decision, {@link Reason#USER} or {@link Reason#MALFORMED}
 * @param words why, as who decides puts it, or blank; the schemas bound it
 * @param shown hash of the request it is about, or blank for whichever has the id
 */
record Vote(String decision, String cause, String words, String shown) {

  /** A decision as a client gives it. */
  static Vote of(String decision, ObjectNode params) {
    String words = Json.nonBlank(params, "reason");
    String shown = Json.textOrNull(params, "requestHash");
    return new Vote(
        decision, Reason.USER, words == null ? "" : words, shown == null ? "" : shown);
  }

  /** What is no decision denies. */
  static Vote malformed() {
    return new Vote(Decision.DENY, Reason.MALFORMED, "", "");
  }
}
