package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.pairing.DeviceRightsService;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.CloseDevice;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.ConnectionObserver;
import dev.krabkrab.gateway.platform.rpc.EventSink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Exec approvals on one instance: somebody requests one, an operator anywhere decides, the
 * requester is answered wherever it is connected by then. The truth is in Redis; this object keeps
 * only calls that wait and a view for arriving approvers. Everything runs on the context that made
 * it, but for the observer's methods and what says that it may be called from any thread. Protocol
 * 02 §2, §15, §16; 05 §13.
 */
public final class ApprovalService implements ConnectionObserver {
  private final Context context;
  private final ApprovalRequests requests;
  private final ApprovalDecisions decisions;
  private final ApprovalMethodsV4 any;
  private final ApprovalWaits waits;
  private final ApprovalReconciler watch;
  private final PendingCache view;
  private final Approvers approvers;
  private final RunClaims claims;
  private final RuleService rules;
  private final Supplier<ApprovalUsage> usage;

  /**
   * Makes the service of one instance on the calling context.
   *
   * @param link connection of that context; decisions wait for replicas as its settings say
   */
  public ApprovalService(
      Vertx vertx,
      RedisLink link,
      Platform platform,
      ApprovalSettings settings,
      ApprovalMetrics metrics,
      AuditTrail audit) {
    this.context = vertx.getOrCreateContext();
    ApprovalStore store = new ApprovalStore(link, link.settings(), settings.retentionMs());
    DeviceRightsService devices = DeviceRightsService.open(platform, link);
    ApprovalStores stores = ApprovalStores.of(link, store, settings, devices);
    LocalApprovals local = LocalApprovals.open(vertx, store, platform, settings);
    this.rules =
        new RuleService(
            store,
            new ApprovalPolicyStore(link),
            devices,
            audit,
            platform.ids(),
            settings.ruleDays());
    this.claims = new RunClaims(stores.claims());
    this.view = local.pending();
    this.waits = local.waits();
    this.usage = local::usage;
    this.watch =
        new ApprovalReconciler(
            vertx, stores, local, ApprovalChannels.of(platform, link), settings, platform.random());
    this.approvers = Approvers.of(platform, link);
    this.requests =
        new ApprovalRequests(
            stores,
            local,
            watch,
            new ApprovalRequests.Deciders(rules, approvers),
            settings,
            new ApprovalRequests.Instruments(platform.ids(), metrics, audit));
    this.decisions = decisions(store, audit, platform.instance(), settings);
    this.any = new ApprovalMethodsV4(store, decisions);
    follow(platform.backplane(), platform.clock());
  }

  private ApprovalDecisions decisions(
      ApprovalStore store, AuditTrail audit, String instance, ApprovalSettings settings) {
    return new ApprovalDecisions(
        context,
        store,
        rules,
        new ApprovalDecisions.Outlets(audit, watch.notifier(), waits),
        instance,
        settings.forbidOwn());
  }

  /** Hears of devices that lose rights, and of messages that may have been lost. */
  private void follow(Backplane backplane, InstantSource clock) {
    backplane.onResync(approvers::report);
    backplane.on(
        CloseDevice.class,
        received -> {
          CloseDevice order = received.message();
          decisions.rightsLost(order.deviceId(), order.role(), view.entered(), clock.millis());
        });
  }

  /** Asks the approvers; answers when they decided or the time is over. */
  Future<JsonText> request(Call call) {
    return requests.request(call);
  }

  /** Watches somebody's approval until it is resolved or expires. */
  Future<JsonText> waitDecision(Call call) {
    return requests.waitDecision(call);
  }

  /** Decides. */
  Future<JsonText> resolve(Call call, String id, String decision) {
    return decisions.resolve(call, id, decision);
  }

  /** Reads a pending approval by its id, or by a prefix of it that fits only one. */
  Future<JsonText> get(Caller caller, String idOrPrefix) {
    List<String> fitting =
        view.pending(caller).stream()
            .map(Approval::id)
            .filter(id -> id.startsWith(idOrPrefix))
            .limit(2)
            .toList();
    boolean exact = fitting.contains(idOrPrefix) || fitting.size() != 1;
    return decisions.get(caller, exact ? idOrPrefix : fitting.getFirst());
  }

  /** The approvals of every kind, pending and finished. */
  ApprovalMethodsV4 any() {
    return any;
  }

  /** What was allowed always. */
  RuleService rules() {
    return rules;
  }

  /** What this instance knows to be pending for one approver, as far as an answer holds it. */
  List<JsonNode> list(Caller caller) {
    return PendingList.fitting(view.pending(caller), PendingList.MOST_BYTES).stream()
        .map(approval -> (JsonNode) approval.v4())
        .toList();
  }

  /** What this instance knows to be pending; may be called from any thread. */
  public Future<PendingApprovals> pending() {
    Promise<PendingApprovals> summary = Promise.promise();
    context.runOnContext(ignored -> summary.complete(view.summary()));
    return summary.future();
  }

  /** How much of its limits is used; may be called from any thread. */
  public Future<ApprovalUsage> usage() {
    return Future.future(answer -> context.runOnContext(ignored -> answer.complete(usage.get())));
  }

  /**
   * Decides whether a command may run as an approved one, and uses an {@code allow-once} up. May be
   * called from any thread. Protocol 02 §17.1.
   *
   * @param runId the approval's id, or null to look one up by caller and command text
   * @param caller who invokes; it must be who requested the approval
   * @param nodeId node the command is for
   * @param params of {@code system.run}, as the caller sent them
   * @return the verdict; fails with {@link
   *     dev.krabkrab.gateway.platform.redis.RedisUnavailableException} when nothing can be said
   */
  public Future<ApprovalCheck> claimForRun(
      @Nullable String runId, Caller caller, String nodeId, ObjectNode params) {
    return claims.claim(runId, caller, nodeId, params);
  }

  /** Shows an arriving approver everything that is still open. Protocol 02 §16, E8. */
  @Override
  public void connected(Caller caller, EventSink sink) {
    if (caller.holds("operator.approvals")) {
      context.runOnContext(
          ignored -> {
            approvers.arrived(caller);
            new PendingReplay(context, view, caller, sink).page();
          });
    }
  }

  @Override
  public void disconnected(Caller caller) {
    context.runOnContext(
        ignored -> {
          approvers.left(caller);
          waits.disconnected(caller.connId());
        });
  }

  /** Tells somebody of approvals from now on; may be called from any thread. */
  public void follow(ApprovalObserver follower) {
    context.runOnContext(ignored -> watch.notifier().follow(follower));
  }

  /** Asks somebody for the names of devices from now on; may be called from any thread. */
  public void nameDevices(DeviceNames names) {
    context.runOnContext(ignored -> decisions.nameDevices(names));
  }

  /** Compares with Redis now instead of at the next turn. */
  public void compare() {
    context.runOnContext(ignored -> watch.compare());
  }

  /**
   * Whether a rule could name this program with these arguments.
   *
   * @param argv its words; the program may still lack its path
   */
  public static boolean isRuleCandidate(List<String> argv) {
    return RuleCandidates.contains(argv);
  }
}
