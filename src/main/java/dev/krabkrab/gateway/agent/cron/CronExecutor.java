package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.agents.AuthorityService;
import dev.krabkrab.gateway.agent.agents.ToolForbiddenException;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatResult;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatService;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does what a job says. Protocol 03 §22.4. */
final class CronExecutor {
  private static final int TURN_SECONDS = 600;

  /** What an agent's turn gets beyond its own time before its job gives it up, in seconds. */
  private static final int MARGIN_SECONDS = 30;

  private static final int POSTED_CHARACTERS = 8_000;

  private final Vertx vertx;
  private final CronTurns turns;
  private final SystemEventService events;
  private final HeartbeatService heartbeat;
  private final Supplier<SessionRules> rules;
  private final AuthorityService rights;

  CronExecutor(
      Vertx vertx,
      CronTurns turns,
      SystemEventService events,
      HeartbeatService heartbeat,
      Supplier<SessionRules> rules,
      AuthorityService rights) {
    this.vertx = vertx;
    this.turns = turns;
    this.events = events;
    this.heartbeat = heartbeat;
    this.rules = rules;
    this.rights = rights;
  }

  /** Never fails. */
  Future<CronOutcome> run(CronJob job) {
    CronMaker maker = job.maker();
    return rights
        .require(Authority.OWNER.restingOn(maker.grounds()))
        .compose(
            still ->
                switch (job.payload()) {
                  case CronPayload.SystemEvent(String text) -> enqueue(job, text);
                  case CronPayload.AgentTurn turn -> ask(job, turn);
                })
        .otherwise(
            e -> CronOutcome.error(e instanceof ToolForbiddenException ? maker.lost() : reason(e)));
  }

  private Future<CronOutcome> enqueue(CronJob job, String given) {
    String text = given.strip();
    if (text.isEmpty()) {
      return Future.succeededFuture(
          CronOutcome.skipped(null, "main job requires non-empty systemEvent text"));
    }
    String reason = "cron:" + job.id();
    String agent = agent(job);
    return events
        .enqueue(mainSession(agent), text, null)
        .compose(
            queued ->
                job.wakesNow()
                    ? heartbeat.runNow(agent, reason).map(result -> outcome(text, result))
                    : heartbeat.request(reason).map(CronOutcome.ok(text)));
  }

  private static CronOutcome outcome(String text, HeartbeatResult result) {
    return switch (result.status()) {
      case RAN -> CronOutcome.ok(text);
      case SKIPPED -> CronOutcome.skipped(text, result.reason());
      case FAILED -> CronOutcome.error(result.reason());
    };
  }

  private Future<CronOutcome> ask(CronJob job, CronPayload.AgentTurn turn) {
    String agent = agent(job);
    int seconds = turn.timeoutSeconds() == null ? TURN_SECONDS : turn.timeoutSeconds();
    CronTurn request =
        new CronTurn(
            job.id(),
            agent,
            "agent:" + agent + ":cron:" + job.id(),
            turn.message(),
            turn.model(),
            turn.thinking(),
            seconds,
            turn.deliver(),
            turn.channel(),
            turn.to(),
            turn.bestEffortDeliver(),
            job.maker().user(),
            job.maker().grounds());
    return inTime(turns.run(request), (seconds + (long) MARGIN_SECONDS) * 1_000)
        .otherwise(e -> CronOutcome.error(reason(e)))
        .compose(outcome -> post(job, agent, outcome).map(outcome));
  }

  /** Comes back to this context, with an error when it takes too long. */
  private Future<CronOutcome> inTime(Future<CronOutcome> turn, long limitMs) {
    Promise<CronOutcome> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            limitMs,
            late -> promise.tryComplete(CronOutcome.error("the agent's turn took too long")));
    Context home = vertx.getOrCreateContext();
    turn.onComplete(
        result ->
            home.runOnContext(
                back -> {
                  vertx.cancelTimer(timer);
                  if (result.succeeded()) {
                    promise.tryComplete(result.result());
                  } else {
                    promise.tryFail(result.cause());
                  }
                }));
    return promise.future();
  }

  /** Tells the main conversation how it went; the run counts as it went even if nobody hears. */
  private Future<Void> post(CronJob job, String agent, CronOutcome outcome) {
    JsonNode isolation = job.definition().path("isolation");
    String given = Json.nonBlank(isolation, "postToMainPrefix");
    String prefix = given == null ? "Cron" : given;
    String head =
        outcome.status() == CronStatus.OK ? prefix : prefix + " (" + outcome.status().wire() + ")";
    return events
        .enqueue(mainSession(agent), head + ": " + body(isolation, outcome), null)
        .compose(
            queued ->
                job.wakesNow()
                    ? heartbeat.request("cron:" + job.id() + ":post")
                    : Future.succeededFuture())
        .otherwiseEmpty();
  }

  private static String body(JsonNode isolation, CronOutcome outcome) {
    String full = outcome.text();
    if (isolation.path("postToMainMode").asText().equals("full") && full != null) {
      return cut(full.strip(), isolation.path("postToMainMaxChars").asInt(POSTED_CHARACTERS));
    }
    String summary = outcome.summary();
    String error = outcome.error();
    String text = summary != null ? summary : error != null ? error : outcome.status().wire();
    return cut(text.strip(), POSTED_CHARACTERS);
  }

  /** The beginning of a text that is longer, with an ellipsis. */
  static String cut(String text, int characters) {
    int points = text.codePointCount(0, text.length());
    return points <= characters
        ? text
        : text.substring(0, text.offsetByCodePoints(0, characters)) + "…";
  }

  private String agent(CronJob job) {
    String named = job.agentId();
    return named == null ? rules.get().defaultAgent() : SessionRules.agentId(named);
  }

  private String mainSession(String agent) {
    return rules.get().canonical("agent:" + agent + ":main");
  }

  private static String reason(Throwable e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
