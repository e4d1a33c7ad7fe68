package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.protocol.Json;
import java.util.Map;

/** Whether an approval lets a command run. Protocol 02 §17.1. */
public sealed interface ApprovalCheck {

  /**
   * It does; an {@code allow-once} has been used up by this.
   *
   * @param decision what was decided, {@code allow-once} or {@code allow-always}
   */
  record Granted(String decision) implements ApprovalCheck {}

  /**
   * It does not.
   *
   * @param code for {@code details.code}, such as {@code UNKNOWN_APPROVAL_ID}
   * @param text for people
   */
  record Refused(String code, String text) implements ApprovalCheck {

    /** The error as the caller of the run reads it. */
    public ErrorShape toError() {
      return ErrorShape.of(ErrorShape.INVALID_REQUEST, text, Json.object().put("code", code));
    }
  }

  String GRANTED = "granted:";
  String MISSING_RUN_ID = "MISSING_RUN_ID";
  String REQUEST_MISMATCH = "APPROVAL_REQUEST_MISMATCH";
  String UNKNOWN = "UNKNOWN_APPROVAL_ID";

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
          REQUEST_MISMATCH,
          "approval id does not match request");

  /** Reads what the claim said. */
  static ApprovalCheck of(String code) {
    return code.startsWith(GRANTED)
        ? new Granted(code.substring(GRANTED.length()))
        : new Refused(code, TEXTS.getOrDefault(code, "unknown or expired approval id"));
  }
}
