package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.DocumentValues;

/**
 * {@code approvals.exec} of the gateway document: how approvals are decided.
 *
 * @param failFast an approval nobody can see ends at once instead of waiting; default false
 * @param ruleDays days an {@code allow-always} holds when its approver does not say; default
 *     {@value ApprovalSettings#USUAL_RULE_DAYS}
 * @param forbidSelfApproval whether nobody may let run what they asked for themselves; default
 *     false
 */
public record ExecApprovalSettings(boolean failFast, int ruleDays, boolean forbidSelfApproval) {

  /** Reads the document; a value of the wrong type takes its default. */
  public static ExecApprovalSettings of(JsonNode document) {
    JsonNode exec = document.at("/approvals/exec");
    return new ExecApprovalSettings(
        DocumentValues.flag(exec, "failFast", false),
        exec.path("ruleDays").asInt(ApprovalSettings.USUAL_RULE_DAYS),
        exec.path("forbidSelfApproval").asBoolean());
  }
}
