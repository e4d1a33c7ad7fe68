package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.config.LimitSettings;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Limits and times of approvals.
 *
 * @param retentionMs how long a finished approval is kept for late readers and run checks, in
 *     milliseconds, at least 60 000
 * @param busyCheckMs time between two readings of Redis while something is pending
 * @param idleCheckMs the same while nothing is
 * @param maxPerConnection approvals one connection may wait for at a time
 * @param maxPerDevice undecided approvals one device may have requested over one instance
 * @param maxKilobytesPerDevice kilobytes of them, as approvers are shown them
 * @param failWithoutRoute answer {@code decision:null} at once when nobody is there to decide
 * @param ruleDays how many days an {@code allow-always} holds when its approver does not say, 1 to
 *     90; read with each decision
 * @param forbidOwn whether nobody may let run what they requested themselves, at this moment
 */
public record ApprovalSettings(
    long retentionMs,
    long busyCheckMs,
    long idleCheckMs,
    int maxPerConnection,
    int maxPerDevice,
    int maxKilobytesPerDevice,
    boolean failWithoutRoute,
    IntSupplier ruleDays,
    BooleanSupplier forbidOwn) {

  public static final int USUAL_RULE_DAYS = 7;

  public static final ApprovalSettings DEFAULTS =
      new ApprovalSettings(30 * 60_000L, 2_000, 10_000, 100, 1_000, 512, false);

  /** With the usual life of rules, for those who may decide what they requested themselves. */
  public ApprovalSettings(
      long retentionMs,
      long busyCheckMs,
      long idleCheckMs,
      int maxPerConnection,
      int maxPerDevice,
      int maxKilobytesPerDevice,
      boolean failWithoutRoute) {
    this(
        retentionMs,
        busyCheckMs,
        idleCheckMs,
        maxPerConnection,
        maxPerDevice,
        maxKilobytesPerDevice,
        failWithoutRoute,
        () -> USUAL_RULE_DAYS,
        () -> false);
  }

  /** The limits of an instance, and what the gateway document says of approvals. */
  static ApprovalSettings of(LimitSettings limits, Supplier<? extends JsonNode> document) {
    return new ApprovalSettings(
        DEFAULTS.retentionMs,
        DEFAULTS.busyCheckMs,
        DEFAULTS.idleCheckMs,
        limits.pendingApprovalsPerConnection(),
        limits.pendingApprovalsPerDevice(),
        limits.pendingApprovalKilobytesPerDevice(),
        document.get().at("/approvals/exec/failFast").asBoolean(),
        () -> document.get().at("/approvals/exec/ruleDays").asInt(USUAL_RULE_DAYS),
        () -> document.get().at("/approvals/exec/forbidSelfApproval").asBoolean());
  }

  /** Checks the ranges. */
  public ApprovalSettings {
    if (retentionMs < 60_000
        || busyCheckMs < 10
        || idleCheckMs < 10
        || Math.min(maxPerConnection, maxPerDevice) < 1
        || maxKilobytesPerDevice < 1) {
      throw new IllegalArgumentException("an approval setting is out of range");
    }
  }
}
