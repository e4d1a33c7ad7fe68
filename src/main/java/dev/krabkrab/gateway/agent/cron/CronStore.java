package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Claim;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Claimed;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Counts;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Ending;
import dev.krabkrab.gateway.agent.cron.CronAnswers.FinishResult;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Found;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Look;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Put;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
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
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Jobs, their due times, runs and logs in Redis: one aggregate, each transition one script. Times
 * are milliseconds of Redis time. Protocol 03 §22. Fails closed.
 */
final class CronStore {
  /** Lines a job's log keeps. */
  static final int LOG_LINES = 2_000;

  private static final LuaScript PUT = LuaScript.load("lua/agent/cron/put.lua");
  private static final LuaScript FIND = LuaScript.load("lua/agent/cron/find.lua");
  private static final LuaScript PAGE = LuaScript.load("lua/agent/cron/page.lua");
  private static final LuaScript LOOK = LuaScript.load("lua/agent/cron/look.lua");
  private static final LuaScript CLAIM = LuaScript.load("lua/agent/cron/claim.lua");
  private static final LuaScript FINISH = LuaScript.load("lua/agent/cron/finish.lua");
  private static final LuaScript RENEW = LuaScript.load("lua/agent/cron/renew.lua");
  private static final LuaScript REMOVE = LuaScript.load("lua/agent/cron/remove.lua");
  private static final LuaScript STATUS = LuaScript.load("lua/agent/cron/status.lua");

  private static final int MOST_JOBS = 5_000;
  private static final int PAGE_SIZE = 200;
  private static final long LOG_OF_REMOVED_MS = 30 * 24 * 3_600_000L;
  private static final String KEEP = "keep";

  private final RedisLink redis;

  CronStore(RedisLink redis) {
    this.redis = redis;
  }

  Future<Put> add(String id, ObjectNode definition, boolean enabled, OptionalLong next) {
    return put(id, 0, definition, enabled, text(next), Map.of());
  }

  /** Changes a job that was read before; its next due time stays. */
  Future<Put> change(
      CronJob before, ObjectNode definition, boolean enabled, Map<String, String> state) {
    return put(before.id(), before.revision(), definition, enabled, KEEP, state);
  }

  /** Changes a job that was read before, with its next due time. */
  Future<Put> change(
      CronJob before,
      ObjectNode definition,
      boolean enabled,
      OptionalLong next,
      Map<String, String> state) {
    return put(before.id(), before.revision(), definition, enabled, text(next), state);
  }

  private Future<Put> put(
      String id,
      long revision,
      ObjectNode definition,
      boolean enabled,
      String next,
      Map<String, String> state) {
    List<String> args =
        new ArrayList<>(
            List.of(
                id,
                Long.toString(revision),
                Json.text(definition),
                enabled ? "1" : "0",
                next,
                Integer.toString(MOST_JOBS)));
    state.forEach((name, value) -> args.addAll(List.of(name, value)));
    return redis
        .runDurable(PUT, prefix(), args)
        .map(
            answer ->
                switch (answer.get(0).toString()) {
                  case "ok" -> new Put.Done(job(answer.get(1)));
                  case "full" -> new Put.Full();
                  default -> new Put.Changed();
                });
  }

  Future<Found> find(String id) {
    return redis
        .run(FIND, prefix(), List.of(id))
        .map(
            answer ->
                new Found(
                    Replies.number(answer.get(0)),
                    Optional.of(answer.get(1)).filter(job -> job.size() > 0).map(CronStore::job)));
  }

  /** All jobs in the order they were added. */
  Future<List<CronJob>> all() {
    return more(new ArrayList<>());
  }

  private Future<List<CronJob>> more(List<CronJob> read) {
    List<String> range = List.of(Integer.toString(read.size()), Integer.toString(PAGE_SIZE));
    return redis
        .run(PAGE, prefix(), range)
        .compose(
            page -> {
              read.addAll(jobs(page));
              return page.size() < PAGE_SIZE ? Future.succeededFuture(read) : more(read);
            });
  }

  Future<Look> look(int most) {
    return redis
        .run(LOOK, prefix(), List.of(Integer.toString(most)))
        .map(
            answer ->
                new Look(
                    Replies.number(answer.get(0)),
                    time(answer.get(1)),
                    jobs(answer.get(2)),
                    jobs(answer.get(3))));
  }

  /** Claims the due time a job was read with; {@code next} is the one after it. */
  Future<Claimed> claimDue(
      CronJob job, OptionalLong next, String token, String owner, long leaseMs, int mostAtOnce) {
    String due = job.state().getOrDefault("next", "");
    return due.isEmpty()
        ? Future.succeededFuture(new Claimed(Claim.CHANGED, 0))
        : claim(job, due, text(next), token, owner, leaseMs, mostAtOnce);
  }

  /** Claims a run that somebody requested; due times stay. */
  Future<Claimed> claimByHand(CronJob job, String token, String owner, long leaseMs) {
    return claim(job, "", KEEP, token, owner, leaseMs, 0);
  }

  private Future<Claimed> claim(
      CronJob job,
      String due,
      String next,
      String token,
      String owner,
      long leaseMs,
      int mostAtOnce) {
    List<String> args =
        List.of(
            job.id(),
            Long.toString(job.revision()),
            due,
            next,
            token,
            owner,
            Long.toString(leaseMs),
            Integer.toString(mostAtOnce));
    return redis
        .runDurable(CLAIM, prefix(), args)
        .map(
            answer ->
                switch (answer.get(0).toString()) {
                  case "claimed" -> new Claimed(Claim.CLAIMED, Replies.number(answer.get(1)));
                  case "running" -> new Claimed(Claim.RUNNING, 0);
                  case "busy" -> new Claimed(Claim.BUSY, 0);
                  default -> new Claimed(Claim.CHANGED, 0);
                });
  }

  Future<FinishResult> finish(Ending ending) {
    List<String> args =
        new ArrayList<>(
            List.of(
                ending.job().id(),
                ending.token(),
                ending.onlyIfLost() ? "1" : "0",
                Json.text(ending.logLine()),
                Integer.toString(LOG_LINES),
                Long.toString(LOG_OF_REMOVED_MS),
                Long.toString(ending.job().revision()),
                ending.setNext() ? text(ending.next()) : KEEP,
                ending.fate().name().toLowerCase(Locale.ROOT)));
    ending.state().forEach((name, value) -> args.addAll(List.of(name, value)));
    return redis
        .runDurable(FINISH, prefix(), args)
        .map(
            answer ->
                switch (answer.toString()) {
                  case "ok" -> FinishResult.OK;
                  case "removed" -> FinishResult.REMOVED;
                  case "alive" -> FinishResult.ALIVE;
                  default -> FinishResult.LOST;
                });
  }

  /**
   * Prolongs the leases of runs.
   *
   * @param tokens by job id
   * @return ids whose run is another one's now, or over
   */
  Future<List<String>> renew(Map<String, String> tokens, long leaseMs) {
    List<String> args = new ArrayList<>(List.of(Long.toString(leaseMs)));
    tokens.forEach((id, token) -> args.addAll(List.of(id, token)));
    return redis.run(RENEW, prefix(), args).map(Replies::texts);
  }

  /** Removes a job; false when there is none. */
  Future<Boolean> remove(String id) {
    return redis
        .runDurable(REMOVE, prefix(), List.of(id, Long.toString(LOG_OF_REMOVED_MS)))
        .map(answer -> Replies.number(answer) == 1);
  }

  Future<Counts> counts() {
    return redis
        .run(STATUS, prefix(), List.of())
        .map(answer -> new Counts(Replies.number(answer.get(0)), time(answer.get(1))));
  }

  /** The latest lines of a job's log, oldest first. */
  Future<List<String>> log(String id, int limit) {
    Request request =
        Request.cmd(Command.LRANGE).arg(prefix().getFirst() + "runs:" + id).arg(-limit).arg(-1);
    return redis.send(request).map(Replies::texts);
  }

  private List<String> prefix() {
    return List.of(redis.settings().key("cron", ""));
  }

  private static List<CronJob> jobs(Response list) {
    List<CronJob> jobs = new ArrayList<>();
    for (Response fields : list) {
      if (fields.size() > 0) {
        jobs.add(job(fields));
      }
    }
    return jobs;
  }

  private static CronJob job(Response flat) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      fields.put(flat.get(i).toString(), flat.get(i + 1).toString());
    }
    return CronJob.of(fields);
  }

  private static String text(OptionalLong time) {
    return time.isPresent() ? Long.toString(time.getAsLong()) : "";
  }

  private static OptionalLong time(Response text) {
    String given = text.toString();
    return given.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of((long) Double.parseDouble(given));
  }
}
