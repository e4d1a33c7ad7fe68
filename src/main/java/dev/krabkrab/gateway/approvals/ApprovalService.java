package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.audit.AuditTrail;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.cluster.Membership;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.CloseDevice;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.CloseReason;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.rpc.Call;
import dev.krabkrab.gateway.rpc.ConnectionObserver;
import dev.krabkrab.gateway.rpc.EventSink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Exec approvals on one instance: somebody asks, an operator anywhere decides, the asker hears it
 * wherever it is connected by then. The truth is in Redis; this object keeps only calls that wait
 * and a view for arriving approvers. Everything runs on the context that made it, but for the
 * observer's methods and what says that it may be called from any thread. Protocol 02 §2, §15, §16;
 * 05 §13.
 */
public final class ApprovalService implements ConnectionObserver {
  private final Context context;
  private final ApprovalRequests requests;
  private final ApprovalDecisions decisions;
  private final AnyApproval any;
  private final ApprovalWaits waits;
  private final ApprovalWatch watch;
  private final PendingView view;
  private final Approvers approvers;
  private final RunClaims claims;
  private final RuleService rules;
  private final Supplier<ApprovalUsage> usage;

  private ApprovalService(
      Context context,
      ApprovalRequests requests,
      ApprovalDecisions decisions,
      AnyApproval any,
      ApprovalWaits waits,
      ApprovalWatch watch,
      PendingView view,
      Approvers approvers,
      RunClaims claims,
      RuleService rules,
      Supplier<ApprovalUsage> usage) {
    this.context = context;
    this.requests = requests;
    this.decisions = decisions;
    this.any = any;
    this.waits = waits;
    this.watch = watch;
    this.view = view;
    this.approvers = approvers;
    this.claims = claims;
    this.rules = rules;
    this.usage = usage;
  }

  /**
   * Makes the service of one instance on the calling context.
   *
   * @param link connection of that context; decisions wait for replicas as its settings say
   * @param random spreads the instances' readings of Redis over time
   */
  public static ApprovalService create(
      Vertx vertx,
      RedisLink link,
      Backplane backplane,
      Broadcaster broadcaster,
      Membership membership,
      Ids ids,
      InstantSource clock,
      RandomGenerator random,
      ApprovalSettings settings,
      ApprovalMetrics metrics,
      AuditTrail audit) {
    RedisSettings redis = link.settings();
    String instance = backplane.instance();
    ApprovalStore store = new ApprovalStore(link, redis, settings.retentionMs());
    RuleService rules =
        new RuleService(store, new ApprovalPolicyStore(link), audit, ids, settings.ruleDays());
    ClaimStore claims = new ClaimStore(link, redis, store, settings.retentionMs());
    AskedByDevice asked =
        new AskedByDevice(settings.maxPerDevice(), settings.maxKilobytesPerDevice() * 1024L, clock);
    PendingView view = new PendingView(clock, asked);
    Waiters waiters = new Waiters(settings.maxPerConnection());
    ApprovalWaits waits = new ApprovalWaits(vertx, store, waiters, broadcaster, instance);
    ApprovalWatch watch =
        new ApprovalWatch(
            vertx,
            link,
            store,
            claims,
            waiters,
            waits,
            view,
            backplane,
            broadcaster,
            settings,
            random);
    Approvers approvers = new Approvers(new ApproverStore(link, redis), membership, instance);
    backplane.onResync(approvers::report);
    ApprovalRequests requests =
        new ApprovalRequests(
            store, claims, asked, waiters, waits, watch, approvers, rules, ids, settings, metrics,
            audit);
    Context context = vertx.getOrCreateContext();
    ApprovalDecisions decisions =
        new ApprovalDecisions(
            context, store, waits, watch.teller(), rules, audit, instance, settings.forbidOwn());
    backplane.on(
        CloseDevice.class,
        received -> {
          CloseDevice order = received.message();
          if (order.reason().equals(CloseReason.DEVICE_REMOVED.reason()) && order.role() == null) {
            decisions.deviceRemoved(order.deviceId(), view.entered(), clock.millis());
          }
        });
    return new ApprovalService(
        context,
        requests,
        decisions,
        new AnyApproval(store, decisions),
        waits,
        watch,
        view,
        approvers,
        new RunClaims(claims),
        rules,
        () -> new ApprovalUsage(waiters.most(), asked.most(), asked.mostBytes()));
  }

  /** Asks the approvers; answers when they decided or the time is over. */
  Future<JsonText> request(Call call) {
    return requests.request(call);
  }

  /** Watches somebody's approval until it ends. */
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
  AnyApproval any() {
    return any;
  }

  /** What was allowed always. */
  RuleService rules() {
    return rules;
  }

  /** What this instance knows to be pending for one approver, oldest first. */
  List<JsonNode> list(Caller caller) {
    return view.pending(caller).stream().map(approval -> (JsonNode) approval.v4()).toList();
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
   * @param caller who invokes; it must be who asked for the approval
   * @param nodeId node the command is for
   * @param params of {@code system.run}, as the caller sent them
   * @return the verdict; fails with {@link dev.krabkrab.gateway.redis.RedisUnavailableException}
   *     when nothing can be said
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
            new Replay(context, view, caller, sink).page();
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
  public void follow(ApprovalFollower follower) {
    context.runOnContext(ignored -> watch.teller().follow(follower));
  }

  /** Asks somebody for the names of devices from now on; may be called from any thread. */
  public void nameDevices(DeviceNames names) {
    context.runOnContext(ignored -> decisions.nameDevices(names));
  }

  /** Compares with Redis now instead of at the next turn. */
  public void compare() {
    context.runOnContext(ignored -> watch.compare());
  }
}
