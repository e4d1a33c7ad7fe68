package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.Scope;
import dev.krabkrab.gateway.control.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.LazyJson;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.telemetry.LogFields;
import dev.krabkrab.gateway.platform.telemetry.Trace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The approver's side: one decision wins in the whole cluster, everybody else learns that they
 * lost. Protocol 02 §2.2, §16 (E3, E4); 05 §13.3.
 */
final class ApprovalDecisions {
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalDecisions.class);

  /** A decision does not wait longer for a name, in milliseconds. */
  private static final long NAME_MS = 200;

  private final Context context;
  private final ApprovalStore store;
  private final ApprovalWaits waits;
  private final ApprovalNotifier notifier;
  private final RuleService rules;
  private final AuditTrail audit;
  private final String instance;
  private final BooleanSupplier othersOnly;
  private DeviceNames names = DeviceNames.NONE;

  /**
   * Who learns of a decision that is made here, in this order.
   *
   * @param audit enters it
   * @param notifier tells approvers, here and elsewhere
   * @param waits answers who waits for it
   */
  record Outlets(AuditTrail audit, ApprovalNotifier notifier, ApprovalWaits waits) {}

  /**
   * @param instance named with every decision that is made here
   * @param othersOnly whether nobody may let run what they requested themselves, at this moment
   */
  ApprovalDecisions(
      Context context,
      ApprovalStore store,
      RuleService rules,
      Outlets outlets,
      String instance,
      BooleanSupplier othersOnly) {
    this.context = context;
    this.store = store;
    this.rules = rules;
    this.audit = outlets.audit();
    this.notifier = outlets.notifier();
    this.waits = outlets.waits();
    this.instance = instance;
    this.othersOnly = othersOnly;
  }

  /**
   * What came of an attempt to decide.
   *
   * @param won the decision when this attempt made it; else null
   */
  record Ruling(Verdict verdict, @Nullable ApprovalRecord won) {}

  Future<JsonText> resolve(Call call, String id, String decision) {
    Caller by = call.caller();
    if (!Decision.ALL.contains(decision)) {
      return Future.failedFuture(GatewayError.invalid("invalid decision"));
    }
    return decide(call, id, DecisionRequest.of(decision, call.params()))
        .compose(
            ruling ->
                switch (ruling.verdict().outcome()) {
                  case "won" -> Future.succeededFuture(DecisionAnswers.done(ruling.verdict()));
                  case "lost" -> DecisionAnswers.lost(ruling.verdict(), decision, by);
                  case "barred" -> Future.failedFuture(DecisionRefusals.barred(decision));
                  case "changed" -> Future.failedFuture(DecisionRefusals.changed());
                  case "nobodys" -> Future.failedFuture(DecisionRefusals.nobodys());
                  case "own" -> Future.failedFuture(DecisionRefusals.own());
                  default -> Future.failedFuture(DecisionRefusals.unknown(by));
                });
  }

  /** Decides, unless it is decided or over, and tells everybody. */
  Future<Ruling> decide(Call call, String id, DecisionRequest vote) {
    Caller by = call.caller();
    call.trace().link(notifier.traceOf(id));
    // Nobody is notified of a decision that is not entered; the watch catches up with one that was
    // not.
    return audit
        .entering(
            AuditEvent.unknown(
                AuditAction.APPROVAL_RESOLVED, by, "approval", id, "decision", vote.decision()),
            () ->
                resolver(by)
                    .compose(resolver -> resolve(call, id, vote, resolver))
                    .map(verdict -> new Ruling(verdict, won(id, verdict, vote, by, call.trace()))),
            ruling -> entry(by, ruling))
        .compose(
            ruling ->
                ruling.won() == null
                    ? Future.succeededFuture(ruling)
                    : publish(ruling.won(), call.trace()).map(ruling));
  }

  private static @Nullable AuditEvent entry(Caller by, Ruling ruling) {
    return ruling.won() == null
        ? null
        : ApprovalEntries.resolved(by, ruling.won(), ruling.verdict().rule());
  }

  private Future<Verdict> resolve(Call call, String id, DecisionRequest vote, String resolver) {
    Caller by = call.caller();
    boolean others = othersOnly.getAsBoolean();
    if (!vote.decision().equals(Decision.ALLOW_ALWAYS)) {
      return store.resolve(id, vote, by, resolver, others, null);
    }
    int days = call.params().path("grantExpiresInDays").asInt(0);
    return rules
        .grant(by, days)
        .compose(grant -> store.resolve(id, vote, by, resolver, others, grant));
  }

  /** Asks somebody for the names of devices from now on. */
  void nameDevices(DeviceNames others) {
    names = others;
  }

  /** A device goes by the name an operator gave it; what it calls itself is only a claim. */
  private Future<String> resolver(Caller by) {
    String device = by.deviceId();
    if (device == null) {
      return Future.succeededFuture(Resolver.of(by, by.label(), instance));
    }
    Promise<String> here = Promise.promise();
    names
        .labelOf(device)
        .timeout(NAME_MS, TimeUnit.MILLISECONDS)
        .otherwise("")
        .onSuccess(
            label ->
                context.runOnContext(
                    back ->
                        here.complete(
                            Resolver.of(by, label.isBlank() ? by.label() : label, instance))));
    return here.future();
  }

  Future<JsonText> get(Caller caller, String id) {
    return store
        .look(id)
        .map(
            record -> {
              if (record == null
                  || record.state() != State.PENDING
                  || !record.approval().isFor(caller)) {
                throw DecisionRefusals.notFound();
              }
              return JsonText.of(DecisionAnswers.details(record.approval()));
            });
  }

  /**
   * Denies what a device asked for that is paired no more or lost rights, since it could not run it
   * any more, and takes back what was allowed always for it or on it.
   *
   * @param role in which it lost something; null when it is removed
   */
  void rightsLost(String deviceId, @Nullable String role, List<Approval> pending, long nowMs) {
    Caller gateway = Caller.inside("removed " + deviceId, "gateway", Set.of(Scope.ADMIN), nowMs);
    String why = role == null ? "was removed" : "lost rights";
    DecisionRequest vote = DecisionRequest.denial("the device that asked " + why);
    String resolver = Resolver.of(gateway, gateway.label(), instance);
    rules.rightsLost(gateway, deviceId, role);
    if (Caller.NODE.equals(role)) {
      return;
    }
    pending.stream()
        .filter(approval -> deviceId.equals(approval.requester()))
        .map(Approval::id)
        .forEach(
            id ->
                store
                    .resolve(id, vote, gateway, resolver, false, null)
                    .map(
                        verdict -> new Ruling(verdict, won(id, verdict, vote, gateway, Trace.NONE)))
                    .compose(ruling -> withdrawn(gateway, ruling))
                    .onFailure(e -> LOG.debug("approval {} stays open: {}", id, e.getMessage())));
  }

  /** What was withdrawn stays so, whether it can be entered yet or not. */
  private Future<?> withdrawn(Caller gateway, Ruling ruling) {
    AuditEvent event = entry(gateway, ruling);
    ApprovalRecord won = ruling.won();
    return event == null || won == null
        ? Future.succeededFuture()
        : audit.enter(event).compose(entered -> publish(won, Trace.NONE));
  }

  /** The decided approval, or null when another decision won. */
  private static @Nullable ApprovalRecord won(
      String id, Verdict verdict, DecisionRequest vote, Caller by, Trace trace) {
    if (!verdict.outcome().equals("won")) {
      return null;
    }
    LogFields.of(LOG.atDebug(), by, "exec.approval.resolve", trace)
        .log("approval {} decided {}", id, verdict.decision());
    Approval approval =
        new Approval(
            id, verdict.createdAtMs(), verdict.expiresAtMs(), LazyJson.of(verdict.request()));
    return new ApprovalRecord(
        approval,
        State.RESOLVED,
        verdict.decision(),
        verdict.resolvedBy(),
        verdict.resolvedAtMs(),
        vote.cause(),
        verdict.resolver(),
        verdict.words(),
        "",
        0);
  }

  private Future<ApprovalRecord> publish(ApprovalRecord record, Trace trace) {
    notifier.decided(record, trace);
    // Two turns, so that event, resolver's answer and requester's answer leave in this order even
    // where they share an event loop.
    Promise<ApprovalRecord> answer = Promise.promise();
    context.runOnContext(
        next -> {
          answer.complete(record);
          context.runOnContext(last -> waits.settle(record));
        });
    return answer.future();
  }
}
