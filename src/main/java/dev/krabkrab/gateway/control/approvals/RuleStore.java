package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.protocol.Json;
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
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rules in Redis, all in one slot so that each change of them is one script. Nothing of them is
 * kept anywhere else: what is taken back is so everywhere. Fails closed. ADR 20.
 */
final class RuleStore {
  private static final String TAG = "exec-rules";
  private static final LuaScript KEEP = LuaScript.load("lua/control/approvals/rule-keep.lua");
  private static final LuaScript MATCH = LuaScript.load("lua/control/approvals/rule-match.lua");
  private static final LuaScript USE = LuaScript.load("lua/control/approvals/rule-use.lua");
  private static final LuaScript LIST = LuaScript.load("lua/control/approvals/rule-list.lua");
  private static final LuaScript REMOVE = LuaScript.load("lua/control/approvals/rule-remove.lua");
  private static final long DAY_MS = 86_400_000L;

  /** Commands whose requests are counted. */
  private static final int COUNTED = 4_096;

  private static final int COUNTED_DAYS = 30;

  private final RedisLink link;
  private final RedisSettings settings;
  private final String markMs;

  /**
   * @param retentionMs how long the record of a decided approval is kept
   */
  RuleStore(RedisLink link, RedisSettings settings, long retentionMs) {
    this.link = link;
    this.settings = settings;
    this.markMs = Long.toString(2 * retentionMs + DAY_MS);
  }

  /**
   * The rules in force.
   *
   * @param count of all, also those not read
   */
  record Listing(long count, List<Rule> rules) {}

  /**
   * Stores the rule of a granted approval; does nothing when that was done before.
   *
   * @param use tells one use of an approval's id from others
   * @return the rule in force, or null when it was taken back meanwhile
   */
  Future<@Nullable Rule> keep(
      String use, String approvalId, long atMs, RuleTerms terms, RuleGrant grant) {
    String key = terms.key();
    String granted = settings.key(TAG, "granted:" + Hashes.sha256(use));
    List<String> keys = List.of(ruleKey(key), granted, ends(), keysById());
    List<String> args =
        List.of(
            key,
            grant.id(),
            Long.toString(grant.days() * DAY_MS),
            markMs,
            "terms",
            Json.text(terms.json()),
            "approvalId",
            approvalId,
            "createdBy",
            Json.text(grant.createdBy()),
            "createdAtMs",
            Long.toString(atMs));
    return link.runDurable(KEEP, keys, args).map(RuleStore::rule);
  }

  /**
   * What an {@code allow-always} about an approval would store.
   *
   * @param record key of the approval's record
   */
  Future<RuleEligibility> storable(String record) {
    return link.send(Request.cmd(Command.HMGET).arg(record).arg("rule").arg("noRule"))
        .map(
            r -> {
              String terms = Replies.text(r.get(0));
              return terms == null || terms.isEmpty()
                  ? new RuleEligibility.No(Objects.requireNonNullElse(Replies.text(r.get(1)), ""))
                  : new RuleEligibility.Yes(RuleTerms.of(Json.parseObject(terms)));
            });
  }

  /** The rule that a request meets, or null; one that meets none is counted. */
  Future<@Nullable Rule> match(String key) {
    List<String> keys =
        List.of(ruleKey(key), settings.key(TAG, "asked:" + key), settings.key(TAG, "asked"));
    List<String> args =
        List.of(
            key,
            settings.key(TAG, "asked:"),
            Integer.toString(COUNTED),
            Integer.toString(COUNTED_DAYS));
    return link.run(MATCH, keys, args).map(RuleStore::rule);
  }

  /** Whether a rule is in force; counts a use of it. */
  Future<Boolean> use(String key, boolean counted) {
    return link.run(USE, List.of(ruleKey(key)), List.of(counted ? "1" : "0"))
        .map(reply -> Replies.number(reply) == 1);
  }

  Future<Listing> list(int most) {
    List<String> args = List.of(settings.key(TAG, "rule:"), Integer.toString(most));
    return link.run(LIST, List.of(ends(), keysById()), args)
        .map(
            reply -> {
              List<Rule> rules = new ArrayList<>();
              for (int i = 1; i < reply.size(); i++) {
                rules.add(Rule.of(fields(reply.get(i))));
              }
              return new Listing(Replies.number(reply.get(0)), rules);
            });
  }

  /** Takes a rule back; what it was, or null when it was not in force. */
  Future<@Nullable Rule> remove(String id) {
    List<String> args = List.of(id, settings.key(TAG, "rule:"));
    return link.runDurable(REMOVE, List.of(ends(), keysById()), args).map(RuleStore::rule);
  }

  /** How often this was requested in the last 30 days without a rule. */
  Future<Long> requested(String key) {
    return link.send(Request.cmd(Command.HVALS).arg(settings.key(TAG, "asked:" + key)))
        .map(reply -> Replies.texts(reply).stream().mapToLong(Long::parseLong).sum());
  }

  private String ruleKey(String key) {
    return settings.key(TAG, "rule:" + key);
  }

  private String ends() {
    return settings.key(TAG, "ends");
  }

  private String keysById() {
    return settings.key(TAG, "ids");
  }

  private static @Nullable Rule rule(Response reply) {
    return reply.size() == 0 ? null : Rule.of(fields(reply));
  }

  private static Map<String, String> fields(Response reply) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i + 1 < reply.size(); i += 2) {
      fields.put(reply.get(i).toString(), reply.get(i + 1).toString());
    }
    return fields;
  }
}
