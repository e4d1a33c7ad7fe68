package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.pairing.DeviceRightsService;
import dev.krabkrab.gateway.control.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was allowed always: which requests it answers, how it is shown before and after, and how it
 * ends. ADR 20.
 */
final class RuleService {
  /** More than this nobody looks through. */
  static final int MOST = 1_000;

  private final RuleStore store;
  private final ApprovalStore approvals;
  private final ApprovalPolicyStore policy;
  private final DeviceRightsService devices;
  private final AuditTrail audit;

  private final Ids ids;
  private final IntSupplier days;

  /**
   * @param days how long a rule holds when its approver does not say, 1 to 90
   */
  RuleService(
      ApprovalStore approvals,
      ApprovalPolicyStore policy,
      DeviceRightsService devices,
      AuditTrail audit,
      Ids ids,
      IntSupplier days) {
    this.store = approvals.rules();
    this.approvals = approvals;
    this.policy = policy;
    this.devices = devices;
    this.audit = audit;
    this.ids = ids;
    this.days = days;
  }

  /** The rule that answers a request, or null. The policy may be stricter than any rule. */
  Future<@Nullable Rule> match(ApprovalRequest requested) {
    if (!(requested.storable() instanceof RuleEligibility.Yes(RuleTerms terms))
        || !requested.allowed().contains(Decision.ALLOW_ALWAYS)) {
      return Future.succeededFuture();
    }
    Future<Boolean> barred =
        policy
            .read()
            .map(stored -> stored != null && ApprovalPolicy.bars(stored.text(), terms.agentId()));
    return store
        .match(terms.key())
        .compose(rule -> barred.map(bars -> bars ? null : rule))
        .compose(rule -> rule == null ? Future.succeededFuture() : stillAbout(rule));
  }

  /** A rule about a device that was paired again, or lost rights since, answers nothing. */
  private Future<@Nullable Rule> stillAbout(Rule rule) {
    RuleTerms terms = rule.terms();
    long atMs = rule.createdAtMs();
    Future<Boolean> asker =
        terms.askingDevice() == null
            ? Future.succeededFuture(false)
            : devices.isNewerThan(terms.askingDevice(), Role.OPERATOR, atMs);
    Future<Boolean> node = devices.isNewerThan(terms.nodeId(), Role.NODE, atMs);
    return Future.all(asker, node).map(both -> asker.result() || node.result() ? null : rule);
  }

  /** Enters and counts that a rule answered a request. */
  Future<Boolean> used(Caller by, Approval approval, Rule rule) {
    return audit
        .entering(
            AuditEvent.unknown(AuditAction.APPROVAL_RULE_USED, by, "rule", rule.id()),
            () -> Future.succeededFuture(rule),
            used -> ApprovalEntries.ruleUsed(by, approval, used))
        .compose(entered -> store.use(rule.terms().key(), true));
  }

  /**
   * What an {@code allow-always} is granted under.
   *
   * @param wantedDays as the approver says, or 0
   */
  Future<RuleGrant> grant(Caller by, int wantedDays) {
    if (wantedDays > RuleGrant.LONGEST_DAYS) {
      return Future.failedFuture(
          GatewayError.invalid(
              "grantExpiresInDays is at most "
                  + RuleGrant.LONGEST_DAYS
                  + ": decide again when it has ended"));
    }
    return store
        .list(1)
        .map(
            listing -> {
              if (listing.count() >= MOST) {
                throw GatewayError.invalid(
                    "there are " + MOST + " rules already: take some back first",
                    Json.object().put("reason", "APPROVAL_RULES_FULL"));
              }
              int granted = wantedDays > 0 ? wantedDays : days.getAsInt();
              return RuleGrant.by(by, ids.uuid(), granted);
            });
  }

  /** What {@code allow-always} would store. */
  Future<JsonText> preview(Caller caller, String id) {
    return approvals
        .look(id)
        .compose(
            record -> {
              if (record == null
                  || record.state() != State.PENDING
                  || !record.approval().isFor(caller)) {
                throw DecisionRefusals.notFound();
              }
              return store.storable(approvals.recordKey(id));
            })
        .compose(this::shown);
  }

  private Future<JsonText> shown(RuleEligibility storable) {
    return switch (storable) {
      case RuleEligibility.No(String reason) -> {
        ObjectNode json = Json.object().put("storable", false).put("reason", reason);
        yield Future.succeededFuture(JsonText.of(json.putNull("rule").put("wouldHaveAllowed", 0)));
      }
      case RuleEligibility.Yes(RuleTerms terms) ->
          store
              .requested(terms.key())
              .map(
                  requested -> {
                    ObjectNode json = Json.object().put("storable", true);
                    ObjectNode rule = Rule.terms(terms).put("source", "allow-always");
                    json.set("rule", rule.put("days", days.getAsInt()));
                    // Without the request that waits.
                    return JsonText.of(json.put("wouldHaveAllowed", Math.max(0, requested - 1)));
                  });
    };
  }

  Future<JsonText> list(int most) {
    return store
        .list(most)
        .map(
            listing -> {
              ObjectNode json = Json.object();
              ArrayNode grants = json.putArray("grants");
              listing.rules().forEach(rule -> grants.add(rule.grant()));
              return JsonText.of(json.put("total", listing.count()));
            });
  }

  /** Takes a rule back, on every instance when this completes. */
  Future<JsonText> revoke(Caller by, String id) {
    return audit
        .<@Nullable Rule>entering(
            AuditEvent.unknown(AuditAction.APPROVAL_RULE_REMOVED, by, "rule", id),
            () -> store.remove(id),
            rule -> rule == null ? null : ApprovalEntries.ruleRemoved(by, rule))
        .map(rule -> outcome(rule == null ? "not-found" : "revoked"));
  }

  /** The same for who lost the right to it: it ends, whether that can be entered yet or not. */
  private void end(Caller by, String id) {
    store
        .remove(id)
        .onSuccess(
            rule -> {
              if (rule != null) {
                audit.enter(ApprovalEntries.ruleRemoved(by, rule));
              }
            });
  }

  /**
   * Takes back what was allowed to a device, or on it as a node, that lost its rights.
   *
   * @param role in which it lost them; null for all
   */
  void rightsLost(Caller by, String deviceId, @Nullable String role) {
    boolean asks = !Caller.NODE.equals(role);
    boolean runs = !Caller.OPERATOR.equals(role);
    store
        .list(MOST)
        .onSuccess(
            listing ->
                listing.rules().stream()
                    .filter(
                        rule ->
                            (asks && deviceId.equals(rule.terms().askingDevice()))
                                || (runs && deviceId.equals(rule.terms().nodeId())))
                    .forEach(rule -> end(by, rule.id())));
  }

  private static JsonText outcome(String outcome) {
    return JsonText.of(Json.object().put("outcome", outcome));
  }
}
