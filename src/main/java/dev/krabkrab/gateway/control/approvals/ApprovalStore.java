package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.control.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.LazyJson;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Approvals in Redis, spread over 64 buckets; each transition is one script on Redis' clock. Fails
 * closed: no answer from Redis is never a decision.
 */
final class ApprovalStore {
  static final int BUCKETS = 64;

  private static final LuaScript CREATE = LuaScript.load("lua/control/approvals/create.lua");
  private static final LuaScript RESTORE = LuaScript.load("lua/control/approvals/restore.lua");
  private static final LuaScript RESOLVE = LuaScript.load("lua/control/approvals/resolve.lua");
  private static final LuaScript LOOK = LuaScript.load("lua/control/approvals/look.lua");
  private static final LuaScript SWEEP = LuaScript.load("lua/control/approvals/sweep.lua");
  private static final LuaScript MOVE = LuaScript.load("lua/control/approvals/move.lua");
  private static final LuaScript ANSWERED = LuaScript.load("lua/control/approvals/answered.lua");

  private final RedisLink link;
  private final RedisSettings settings;
  private final RuleStore rules;
  private final String retention;

  ApprovalStore(RedisLink link, RedisSettings settings, long retentionMs) {
    this.link = link;
    this.settings = settings;
    this.rules = new RuleStore(link, settings, retentionMs);
    this.retention = Long.toString(retentionMs);
  }

  /** What became of an attempt to open an approval. */
  enum Outcome {
    CREATED,
    /** The id is in use by somebody else's question. */
    PENDING,
    /** Pending, and requested by the same device with the same request. */
    MINE,
    /** A rule answered it. */
    RULED,
    /** As {@link #MINE}, decided, and the requester was never answered. */
    DECIDED,
    /** The id was used before and the caller's protocol does not allow to use it again. */
    FINISHED
  }

  /**
   * The answer to an attempt to open an approval.
   *
   * @param origin who waits for it now, blank when nobody does
   * @param ending for {@link Outcome#DECIDED} and {@link Outcome#RULED}, else undecided
   */
  record Opening(
      Outcome outcome,
      long createdAtMs,
      long expiresAtMs,
      long remainingMs,
      String origin,
      ApprovalOutcome ending) {}

  /**
   * Opens an approval; one that a rule answers is decided by that.
   *
   * @param rule that answers it, or null
   */
  Future<Opening> create(
      ApprovalRequest requested, Caller caller, String origin, @Nullable Rule rule) {
    List<String> args = new ArrayList<>();
    args.add(requested.id());
    args.add(Long.toString(requested.timeoutMs()));
    args.add(retention);
    args.add(caller.isV4() ? "1" : "0");
    args.add(device(caller));
    args.add(caller.connId());
    args.add(requested.hash());
    args.add(requested.env().hash());
    args.add(requested.env().salt());
    args.add(origin);
    args.add(rule == null ? "" : rule.label());
    args.add(rule == null ? "" : rule.resolver());
    args.addAll(ApprovalFields.of(requested, caller, origin));
    return link.run(CREATE, keys(requested.id()), args)
        .map(
            r ->
                new Opening(
                    Outcome.valueOf(r.get(0).toString().toUpperCase(Locale.ROOT)),
                    Replies.number(r.get(1)),
                    Replies.number(r.get(2)),
                    Math.max(0, Replies.number(r.get(2)) - Replies.number(r.get(3))),
                    r.get(4).toString(),
                    new ApprovalOutcome(
                        r.get(5).toString(), r.get(6).toString(), r.get(7).toString())));
  }

  /** Writes an approval again that Redis lost; true when it was missing. */
  Future<Boolean> restore(
      ApprovalRequest requested, Approval approval, Caller caller, String origin) {
    List<String> args = new ArrayList<>();
    args.add(requested.id());
    args.add(Long.toString(approval.createdAtMs()));
    args.add(Long.toString(approval.expiresAtMs()));
    args.add(retention);
    args.add(requested.env().hash());
    args.add(requested.env().salt());
    args.addAll(ApprovalFields.of(requested, caller, origin));
    return link.run(RESTORE, keys(requested.id()), args).map(r -> Replies.number(r) == 1);
  }

  /**
   * Decides; acknowledged by the replicas the deployment asks for. The rule of an {@code
   * allow-always} is stored by then.
   *
   * @param resolver who decides, as a JSON object
   * @param othersOnly nobody lets run what they requested themselves
   * @param grant under which a rule is stored, if this decision makes one
   */
  Future<Verdict> resolve(
      String id,
      DecisionRequest vote,
      Caller by,
      String resolver,
      boolean othersOnly,
      @Nullable RuleGrant grant) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of(id, vote.decision(), by.label(), device(by), retention));
    args.addAll(List.of(vote.cause(), resolver, grant == null ? "" : grant.text()));
    args.addAll(List.of(vote.shown(), by.isAdmin() ? "1" : "0"));
    args.addAll(List.of(user(by), by.principal(), vote.words(), othersOnly ? "1" : "0"));
    args.add(Objects.requireNonNullElse(by.grounds().deviceId(), ""));
    return link.runDurable(RESOLVE, keys(id), args)
        .compose(
            r -> {
              Verdict verdict = verdict(r);
              return kept(id, verdict.createdAtMs(), verdict.resolvedAtMs(), r, 9)
                  .map(verdict::with);
            });
  }

  /**
   * Reads a record, expired when its time is over; null when there is none. The rule of a decision
   * is stored before the decision is read by anybody, so that nobody is notified of one without its
   * rule.
   */
  Future<@Nullable ApprovalRecord> look(String id) {
    return link.run(LOOK, keys(id), List.of(id, retention))
        .compose(
            r ->
                r.size() == 1
                    ? Future.succeededFuture()
                    : kept(id, Replies.number(r.get(2)), Replies.number(r.get(6)), r, 12)
                        .map(rule -> record(id, r)));
  }

  /** The rules that decisions made. */
  RuleStore rules() {
    return rules;
  }

  /** Stores the rule that a decision granted, if it granted one. */
  private Future<@Nullable Rule> kept(
      String id, long createdAtMs, long resolvedAtMs, Response r, int terms) {
    String grant = r.get(terms + 1).toString();
    if (grant.isEmpty()) {
      return Future.succeededFuture();
    }
    return rules.keep(
        Approval.key(id, createdAtMs),
        id,
        resolvedAtMs,
        RuleTerms.of(Json.parseObject(r.get(terms).toString())),
        RuleGrant.of(Json.parseObject(grant)));
  }

  /** Ends what is overdue in a bucket; returns when each of its pending approvals expires. */
  Future<Map<String, Long>> sweep(int bucket) {
    List<String> keys = List.of(settings.key(tag(bucket), "due"));
    return link.run(SWEEP, keys, List.of(settings.key(tag(bucket), "rec:"), retention))
        .map(
            reply -> {
              Map<String, Long> pending = new HashMap<>();
              for (int i = 0; i + 1 < reply.size(); i += 2) {
                pending.put(reply.get(i).toString(), Replies.number(reply.get(i + 1)));
              }
              return pending;
            });
  }

  /** Changes who waits; false when somebody else did before, or it was resolved. */
  Future<Boolean> move(Approval approval, String from, String to) {
    List<String> args = List.of(Long.toString(approval.createdAtMs()), from, to);
    return link.run(MOVE, List.of(recordKey(approval.id())), args).map(r -> Replies.number(r) == 1);
  }

  /** Notes that the requester has been given its decision, over {@code origin}. */
  Future<Void> answered(Approval approval, String origin) {
    List<String> args = List.of(Long.toString(approval.createdAtMs()), origin);
    return link.run(ANSWERED, List.of(recordKey(approval.id())), args).mapEmpty();
  }

  /** Redis time in milliseconds. */
  Future<Long> now() {
    return link.send(Request.cmd(Command.TIME))
        .map(r -> Replies.number(r.get(0)) * 1000 + Replies.number(r.get(1)) / 1000);
  }

  String recordKey(String id) {
    return settings.key(tag(bucket(id)), "rec:" + id);
  }

  static String device(Caller caller) {
    String device = caller.deviceId();
    return device == null ? "" : device;
  }

  private static String user(Caller caller) {
    String user = caller.user();
    return user == null ? "" : user;
  }

  /** The answer of {@code resolve.lua}, without its rule. */
  private static Verdict verdict(Response r) {
    return new Verdict(
        r.get(0).toString(),
        Replies.number(r.get(1)),
        Replies.number(r.get(2)),
        Replies.number(r.get(3)),
        r.get(4).toString(),
        r.get(5).toString(),
        r.get(6).toString(),
        r.get(7).toString(),
        r.get(8).toString(),
        null);
  }

  /** The answer of {@code look.lua} about an approval there is. */
  private static ApprovalRecord record(String id, Response r) {
    State state = State.valueOf(r.get(1).toString().toUpperCase(Locale.ROOT));
    long expiresAtMs = Replies.number(r.get(3));
    String decision = r.get(4).toString();
    String by = r.get(5).toString();
    return new ApprovalRecord(
        new Approval(id, Replies.number(r.get(2)), expiresAtMs, LazyJson.of(r.get(7).toString())),
        state,
        decision.isEmpty() ? null : decision,
        by.isEmpty() ? null : by,
        Replies.number(r.get(6)),
        reason(state, r.get(9).toString()),
        r.get(10).toString(),
        r.get(11).toString(),
        r.get(8).toString(),
        state == State.PENDING ? Math.max(0, expiresAtMs - Replies.number(r.get(0))) : 0);
  }

  private static String reason(State state, String stored) {
    if (!stored.isEmpty() || state == State.PENDING) {
      return stored;
    }
    return state == State.EXPIRED ? Reason.TIMEOUT : Reason.USER;
  }

  private List<String> keys(String id) {
    return List.of(recordKey(id), settings.key(tag(bucket(id)), "due"));
  }

  private static String tag(int bucket) {
    return "appr:" + bucket;
  }

  /** The same on every instance and in every release: the hash of a text is specified. */
  private static int bucket(String id) {
    return Math.floorMod(id.hashCode(), BUCKETS);
  }
}
