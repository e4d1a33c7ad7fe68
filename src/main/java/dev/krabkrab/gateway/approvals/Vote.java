package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Json;

/**
 * What somebody decides about an approval. Protocol 02 §2.2.
 *
 * @param decision one of {@link Decision#ALL}
 * @param cause why that counts as this decision, {@link Reason#USER} or {@link Reason#MALFORMED}
 * @param words why, as who decides puts it, or blank
 * @param shown hash of the request it is about, or blank for whichever has the id
 */
record Vote(String decision, String cause, String words, String shown) {

  private static final int LONGEST = 200;

  /**
   * A decision as a client gives it.
   *
   * @throws GatewayError when its reason is too long
   */
  static Vote of(String decision, ObjectNode params) {
    String words = Json.nonBlank(params, "reason");
    if (words != null && words.codePointCount(0, words.length()) > LONGEST) {
      // What comes from a channel passes no schema.
      throw GatewayError.invalid("reason must have at most " + LONGEST + " characters");
    }
    String shown = Json.textOrNull(params, "requestHash");
    return new Vote(decision, Reason.USER, words == null ? "" : words, shown == null ? "" : shown);
  }

  /** What is no decision denies. */
  static Vote malformed() {
    return new Vote(Decision.DENY, Reason.MALFORMED, "", "");
  }
}
