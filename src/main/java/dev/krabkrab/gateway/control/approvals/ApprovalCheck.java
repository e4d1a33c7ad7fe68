package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Map;

/** Whether an approval lets a command run. Protocol 02 §17.1. */
public sealed interface ApprovalCheck {

  /**
   * It does; an {@code allow-once} has been used up by this.
   *
   * @param decision what was decided, {@code allow-once} or {@code allow-always}
   * @param run what was approved, as the node gets it
   */
  record Granted(String decision, ObjectNode run) implements ApprovalCheck {}

  /**
   * It does not.
   *
   * @param code for {@code details.code}, such as {@code UNKNOWN_APPROVAL_ID}
   * @param field what differs from what was approved, or blank
   */
  record Refused(String code, String field) implements ApprovalCheck {

    /** The error as the caller of the run reads it. */
    public ErrorShape toError() {
      ObjectNode details = Json.object().put("code", code);
      String text = TEXTS.getOrDefault(code, "unknown or expired approval id");
      if (field.isEmpty()) {
        return ErrorShape.of(ErrorShape.INVALID_REQUEST, text, details);
      }
      return ErrorShape.of(
          ErrorShape.INVALID_REQUEST,
          text + ": " + field + " is not what was approved; ask again with what is to run",
          details.put("field", field));
    }
  }

  String MISSING_RUN_ID = "MISSING_RUN_ID";
  String REQUEST_MISMATCH = "APPROVAL_REQUEST_MISMATCH";
  String UNKNOWN = "UNKNOWN_APPROVAL_ID";

  /** The rule that let it run was taken back or has ended. */
  String RULE_ENDED = "APPROVAL_RULE_ENDED";

  /** Whoever allowed it once was removed, or lost rights, before it ran. */
  String WITHDRAWN = "APPROVAL_WITHDRAWN";

  /** The wire text of each refusal. */
  Map<String, String> TEXTS =
      Map.of(
          MISSING_RUN_ID,
          "approval override requires params.runId",
          UNKNOWN,
          "unknown or expired approval id",
          "APPROVAL_EXPIRED",
          "approval expired",
          "APPROVAL_NODE_MISMATCH",
          "approval id not valid for this node",
          "APPROVAL_DEVICE_MISMATCH",
          "approval id not valid for this device",
          "APPROVAL_CLIENT_MISMATCH",
          "approval id not valid for this client",
          RULE_ENDED,
          "what was allowed always was taken back or has ended: ask again",
          WITHDRAWN,
          "whoever allowed this has lost the right to since: ask again",
          REQUEST_MISMATCH,
          "approval id does not match request");

  /**
   * A refusal.
   *
   * @param field what differs, or blank
   */
  static ApprovalCheck refused(String code, String field) {
    return new Refused(code, field);
  }
}
