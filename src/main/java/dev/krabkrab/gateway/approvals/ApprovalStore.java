package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.LazyJson;
import dev.krabkrab.gateway.redis.LuaScript;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Approvals in Redis, spread over 64 buckets; each transition is one script on Redis' clock. Fails
 * closed: no answer from Redis is never a decision.
 */
final class ApprovalStore {
  static final int BUCKETS = 64;

  private static final LuaScript CREATE = LuaScript.load("lua/approvals/create.lua");
  private static final LuaScript RESTORE = LuaScript.load("lua/approvals/restore.lua");
  private static final LuaScript RESOLVE = LuaScript.load("lua/approvals/resolve.lua");
  private static final LuaScript LOOK = LuaScript.load("lua/approvals/look.lua");
  private static final LuaScript SWEEP = LuaScript.load("lua/approvals/sweep.lua");
  private static final LuaScript MOVE = LuaScript.load("lua/approvals/move.lua");
  private static final LuaScript ANSWERED = LuaScript.load("lua/approvals/answered.lua");

  private final RedisLink link;
  private final RedisSettings settings;
  private final String retention;

  ApprovalStore(RedisLink link, RedisSettings settings, long retentionMs) {
    this.link = link;
    this.settings = settings;
    this.retention = Long.toString(retentionMs);
  }

  /** What became of an attempt to open an approval. */
  enum Outcome {
    CREATED,
    /** The id is in use by somebody else's question. */
    PENDING,
    /** Pending, and asked by the same device with the same request. */
    MINE,
    /** As {@link #MINE}, decided, and the requester never heard of it. */
    DECIDED,
    /** The id was used before and the caller's protocol does not allow to use it again. */
    FINISHED
  }

  /**
   * The answer to an attempt to open an approval.
   *
   * @param origin who waits for it now, blank when nobody does
   * @param ending for {@link Outcome#DECIDED}, else undecided
   */
  record Opening(
      Outcome outcome,
      long createdAtMs,
      long expiresAtMs,
      long remainingMs,
      String origin,
      Ending ending) {}

  /**
   * The answer to an attempt to decide.
   *
   * @param outcome won, lost, barred, own, expired or unknown
   * @param decision the one in force, blank when there is none
   * @param request for a win the request's protocol 4 form, else blank
   */
  record Verdict(
      String outcome,
      long createdAtMs,
      long expiresAtMs,
      long resolvedAtMs,
      String decision,
      String resolvedBy,
      String request,
      String resolver,
      String words) {
    Ending ending() {
      return new Ending(decision, resolver, words);
    }
  }

  Future<Opening> create(ApprovalRequest asked, Caller caller, String origin) {
    List<String> args = new ArrayList<>();
    args.add(asked.id());
    args.add(Long.toString(asked.timeoutMs()));
    args.add(retention);
    args.add(caller.isV4() ? "1" : "0");
    args.add(device(caller));
    args.add(asked.hash());
    args.add(origin);
    addFields(args, asked, caller, origin);
    return link.run(CREATE, keys(asked.id()), args)
        .map(
            r ->
                new Opening(
                    Outcome.valueOf(r.get(0).toString().toUpperCase(Locale.ROOT)),
                    Replies.number(r.get(1)),
                    Replies.number(r.get(2)),
                    Math.max(0, Replies.number(r.get(2)) - Replies.number(r.get(3))),
                    r.get(4).toString(),
                    new Ending(r.get(5).toString(), r.get(6).toString(), r.get(7).toString())));
  }

  /** Writes an approval again that Redis lost; true when it was missing. */
  Future<Boolean> restore(ApprovalRequest asked, Approval approval, Caller caller, String origin) {
    List<String> args = new ArrayList<>();
    args.add(asked.id());
    args.add(Long.toString(approval.createdAtMs()));
    args.add(Long.toString(approval.expiresAtMs()));
    args.add(retention);
    addFields(args, asked, caller, origin);
    return link.run(RESTORE, keys(asked.id()), args).map(r -> Replies.number(r) == 1);
  }

  /**
   * Decides; acknowledged by the replicas the deployment asks for.
   *
   * @param resolver who decides, as a JSON object
   * @param othersOnly nobody lets run what they asked for themselves
   */
  Future<Verdict> resolve(String id, Vote vote, Caller by, String resolver, boolean othersOnly) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of(id, vote.decision(), by.label(), device(by), retention));
    args.addAll(List.of(vote.cause(), resolver, user(by), by.principal(), vote.words()));
    args.add(othersOnly ? "1" : "0");
    return link.runDurable(RESOLVE, keys(id), args)
        .map(
            r ->
                new Verdict(
                    r.get(0).toString(),
                    Replies.number(r.get(1)),
                    Replies.number(r.get(2)),
                    Replies.number(r.get(3)),
                    r.get(4).toString(),
                    r.get(5).toString(),
                    r.get(6).toString(),
                    r.get(7).toString(),
                    r.get(8).toString()));
  }

  /** Reads a record, ended when its time is over; null when there is none. */
  Future<@Nullable ApprovalRecord> look(String id) {
    return link.run(LOOK, keys(id), List.of(id, retention)).map(r -> record(id, r));
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

  /** Changes who waits; false when somebody else did before, or it ended. */
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

  private static void addFields(
      List<String> args, ApprovalRequest asked, Caller caller, String origin) {
    args.addAll(List.of("request", asked.request().text()));
    args.addAll(List.of("requestHash", asked.hash()));
    args.addAll(List.of("command", asked.command()));
    args.addAll(List.of("argv", asked.argv()));
    args.addAll(List.of("nodeId", asked.nodeId()));
    args.addAll(List.of("allowed", String.join(",", asked.allowed())));
    args.addAll(List.of("device", device(caller)));
    args.addAll(List.of("user", user(caller)));
    args.addAll(List.of("turn", asked.turnSource()));
    args.addAll(List.of("principal", caller.principal()));
    args.addAll(List.of("conn", caller.connId()));
    args.addAll(List.of("origin", origin));
  }

  private static @Nullable ApprovalRecord record(String id, Response r) {
    if (r.size() == 1) {
      return null;
    }
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
