package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs in Redis: each transition one script. Protocol 04 §25. Fails closed. */
final class RunStore {
  /** Life of a run without renewal by its owner. Protocol 04 §25.1. */
  static final long LEASE_MS = 15_000;

  /** How long is known what became of a run. Protocol 04 §13. */
  private static final String KEEP_MS = "600000";

  /** How long a finished run answers for its id. Protocol 04 §1. */
  private static final String DEDUPE_MS = "300000";

  private static final String MOST_REAPED = "100";
  private static final String LEASE = Long.toString(LEASE_MS);
  private static final LuaScript BEGIN = LuaScript.load("lua/agent/runs/begin.lua");
  private static final LuaScript START = LuaScript.load("lua/agent/runs/start.lua");
  private static final LuaScript RENEW = LuaScript.load("lua/agent/runs/renew.lua");
  private static final LuaScript FINISH = LuaScript.load("lua/agent/runs/finish.lua");
  private static final LuaScript ABORT = LuaScript.load("lua/agent/runs/abort.lua");
  private static final LuaScript REAP = LuaScript.load("lua/agent/runs/reap.lua");
  private static final LuaScript WAIT = LuaScript.load("lua/agent/runs/wait.lua");
  private static final LuaScript FIND = LuaScript.load("lua/agent/runs/find.lua");

  private final RedisLink redis;
  private final String instance;

  /**
   * @param instance the owner of what is begun here
   */
  RunStore(RedisLink redis, String instance) {
    this.redis = redis;
    this.instance = instance;
  }

  /** The outcome of entering a run. */
  sealed interface Begun {
    /**
     * It waits for its turn.
     *
     * @param behind the session's current run when it waits for an approval, else empty
     */
    record Queued(long createdAt, String behind) implements Begun {}

    /** One of that id is not over yet, or has just finished. */
    record Known(RunRecord run) implements Begun {}

    /** As many as may wait in its session. */
    record Full() implements Begun {}
  }

  Future<Begun> begin(RunRequest request, int mostInLane) {
    return redis
        .runDurable(
            BEGIN,
            keys(),
            List.of(
                request.sessionKey(),
                request.runId(),
                request.kind().wire(),
                instance,
                request.encode(),
                LEASE,
                DEDUPE_MS,
                Integer.toString(mostInLane)))
        .map(
            answer ->
                switch (answer.get(0).toString()) {
                  case "begun" ->
                      new Begun.Queued(
                          Long.parseLong(answer.get(1).toString()), answer.get(2).toString());
                  case "full" -> new Begun.Full();
                  default -> new Begun.Known(record(answer.get(1)));
                });
  }

  /** The outcome of starting a run. */
  sealed interface Started {
    record Now(long token, long startedAt) implements Started {}

    /** Another one of its session is before it. */
    record Waiting() implements Started {}

    /** It is over, or another instance's. */
    record Gone() implements Started {}
  }

  Future<Started> start(String session, String run) {
    return redis
        .runDurable(START, keys(), List.of(session, run, instance, LEASE))
        .map(
            answer ->
                switch (answer.get(0).toString()) {
                  case "started" ->
                      new Started.Now(
                          Long.parseLong(answer.get(1).toString()),
                          Long.parseLong(answer.get(2).toString()));
                  case "waiting" -> new Started.Waiting();
                  default -> new Started.Gone();
                });
  }

  /**
   * @param kept it is still this instance's
   * @param abort why it is to end, or null
   */
  record Renewed(boolean kept, @Nullable String abort) {}

  /** Keeps runs; the answers are in their order. */
  Future<List<Renewed>> renew(List<LocalRun> runs) {
    List<String> args = new ArrayList<>(List.of(instance, LEASE));
    runs.forEach(run -> args.addAll(List.of(run.session(), run.runId(), Long.toString(run.seq()))));
    return redis
        .run(RENEW, keys(), args)
        .map(
            answer -> {
              List<Renewed> renewed = new ArrayList<>();
              for (int i = 0; i + 1 < answer.size(); i += 2) {
                String why = answer.get(i + 1).toString();
                renewed.add(
                    new Renewed(
                        answer.get(i).toString().equals("kept"), why.isEmpty() ? null : why));
              }
              return renewed;
            });
  }

  /** Lets others take runs over at once. */
  Future<Void> handOver(List<LocalRun> runs) {
    List<String> args = new ArrayList<>(List.of(instance, "0"));
    runs.forEach(run -> args.addAll(List.of(run.session(), run.runId(), "0")));
    return runs.isEmpty()
        ? Future.succeededFuture()
        : redis.runDurable(RENEW, keys(), args).mapEmpty();
  }

  /**
   * Notes that a run waits for an approval, or no longer does.
   *
   * @return requests of the session's runs that are not over, while it waits
   */
  Future<List<RunRequest>> awaitsApproval(String session, String run, boolean waits) {
    return redis
        .run(WAIT, keys(), List.of(session, run, instance, waits ? "1" : ""))
        .map(
            answer -> {
              List<RunRequest> requests = new ArrayList<>();
              for (int i = 0; i + 2 < answer.size(); i += 3) {
                RunKind kind = RunKind.of(answer.get(i + 1).toString());
                requests.add(
                    RunRequest.decode(
                        answer.get(i).toString(), kind, session, answer.get(i + 2).toString()));
              }
              return requests;
            });
  }

  /**
   * The run whose turn it is in a session.
   *
   * @param runId empty when there is none
   */
  record Next(String session, String runId, String owner) {}

  /** The outcome of finishing a run. */
  sealed interface Finished {
    record Over(Next next) implements Finished {}

    /** Somebody has been promised that it is aborted. */
    record Aborting(String why) implements Finished {}

    /** It was given up meanwhile. */
    record Gone() implements Finished {}
  }

  Future<Finished> finish(
      String session, String run, RunRecord.State state, Map<String, String> fields) {
    List<String> args = new ArrayList<>(List.of(session, run, instance, state.wire(), KEEP_MS));
    fields.forEach((name, value) -> args.addAll(List.of(name, value)));
    return redis
        .runDurable(FINISH, keys(), args)
        .map(
            answer ->
                switch (answer.get(0).toString()) {
                  case "over" ->
                      new Finished.Over(
                          new Next(session, answer.get(1).toString(), answer.get(2).toString()));
                  case "aborting" -> new Finished.Aborting(answer.get(1).toString());
                  default -> new Finished.Gone();
                });
  }

  /**
   * A run that is to end.
   *
   * @param waiting it had not begun, and is over now
   */
  record Aborted(String runId, boolean waiting, String owner) {}

  /**
   * @param elsewhere the run is one of another session
   */
  record Aborts(boolean elsewhere, List<Aborted> runs, Next next) {}

  /**
   * @param run null for all runs of the session
   */
  Future<Aborts> abort(String session, @Nullable String run, String why) {
    return redis
        .runDurable(ABORT, keys(), List.of(session, run == null ? "" : run, why, KEEP_MS))
        .map(
            answer -> {
              if (answer.size() == 1) {
                return new Aborts(true, List.of(), new Next(session, "", ""));
              }
              List<Aborted> runs = new ArrayList<>();
              int end = answer.size() - 2;
              for (int i = 0; i < end; i += 3) {
                runs.add(
                    new Aborted(
                        answer.get(i).toString(),
                        answer.get(i + 1).toString().equals("queued"),
                        answer.get(i + 2).toString()));
              }
              Next next =
                  new Next(session, answer.get(end).toString(), answer.get(end + 1).toString());
              return new Aborts(false, runs, next);
            });
  }

  /**
   * A run whose owner is gone.
   *
   * @param next null for one that waits, and is this instance's now
   */
  record Reaped(RunRecord run, @Nullable Next next) {}

  Future<List<Reaped>> reap(String message) {
    return redis
        .runDurable(REAP, keys(), List.of(instance, LEASE, KEEP_MS, MOST_REAPED, message))
        .map(
            answer -> {
              List<Reaped> reaped = new ArrayList<>();
              for (Response row : answer) {
                RunRecord run = record(row.get(1));
                reaped.add(
                    new Reaped(
                        run,
                        row.get(0).toString().equals("adopted")
                            ? null
                            : new Next(
                                run.request().sessionKey(),
                                row.get(2).toString(),
                                row.get(3).toString())));
              }
              return reaped;
            });
  }

  /** The latest run of an id. */
  Future<Optional<RunRecord>> find(String run) {
    return redis
        .run(FIND, keys(), List.of(run))
        .map(answer -> answer.size() == 0 ? Optional.empty() : Optional.of(record(answer)));
  }

  private static RunRecord record(Response flat) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      fields.put(flat.get(i).toString(), String.valueOf(Replies.text(flat.get(i + 1))));
    }
    return RunRecord.of(fields);
  }

  private List<String> keys() {
    return List.of(redis.settings().key("runs", ""));
  }
}
