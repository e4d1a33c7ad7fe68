package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;

/**
 * An attempt to decide an approval. Protocol 02 §2.2.
 *
 * @param decision one of {@link Decision#ALL}
 * @param cause why that counts as this decision, {@link Reason#USER} or {@link Reason#MALFORMED}
 * @param words why, as who decides puts it, or blank
 * @param shown hash of the request it is about, or blank for whichever has the id
 */
record DecisionRequest(String decision, String cause, String words, String shown) {

  private static final int LONGEST = 200;

  /**
   * A decision as a client gives it.
   *
   * @throws GatewayError when its reason is too long
   */
  static DecisionRequest of(String decision, ObjectNode params) {
    String words = Json.nonBlank(params, "reason");
    if (words != null && words.codePointCount(0, words.length()) > LONGEST) {
      // What comes from a channel passes no schema.
      throw GatewayError.invalid("reason must have at most " + LONGEST + " characters");
    }
    String shown = Json.textOrNull(params, "requestHash");
    return new DecisionRequest(
        decision, Reason.USER, words == null ? "" : words, shown == null ? "" : shown);
  }

  /** What is no decision denies. */
  static DecisionRequest malformed() {
    return new DecisionRequest(Decision.DENY, Reason.MALFORMED, "", "");
  }

  /** The gateway's own denial. */
  static DecisionRequest denial(String why) {
    return new DecisionRequest(Decision.DENY, Reason.USER, why, "");
  }
}
