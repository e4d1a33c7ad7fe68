package dev.krabkrab.gateway.agent.cron;

import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatOutcome;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatTurn;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatTurns;
import dev.krabkrab.gateway.agent.runs.RunDeliveries;
import dev.krabkrab.gateway.agent.runs.RunKind;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.agent.runs.RunVerticle;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Ids;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the turns that jobs and heartbeats ask agents for, as runs like any other. */
public final class AgentTurns implements HeartbeatTurns {
  private static final int SUMMARY_CHARACTERS = 200;
  private static final int MOST_BESIDE_TOKEN = 300;
  private static final String ALL_IS_WELL = "HEARTBEAT_OK";

  private final Ids ids;
  private final Supplier<SessionRules> rules;
  private final RunVerticle runs;
  private final RunDeliveries deliveries;

  /**
   * @param deliveries the ways to people
   */
  public AgentTurns(Platform platform, RunVerticle runs, RunDeliveries deliveries) {
    this.ids = platform.ids();
    this.rules = platform.section(SessionRules::of);
    this.runs = runs;
    this.deliveries = deliveries;
  }

  /** For jobs. */
  public CronTurns cron() {
    return this::runJob;
  }

  private Future<CronOutcome> runJob(CronTurn turn) {
    boolean delivers = turn.deliver() == null ? turn.to() != null : turn.deliver();
    if (!delivers) {
      return runJob(turn, null);
    }
    return deliveries
        .way(turn.channel(), turn.to(), null, rules.get().usable(turn.sessionKey()))
        .compose(
            way -> runJob(turn, way),
            none ->
                turn.bestEffortDeliver()
                    ? runJob(turn, null)
                    : Future.succeededFuture(
                        CronOutcome.error("its answer has nowhere to go: " + none.getMessage())));
  }

  private Future<CronOutcome> runJob(CronTurn turn, @Nullable DeliveryContext way) {
    RunRequest request =
        new RunRequest(
            ids.uuid(),
            RunKind.CRON,
            rules.get().usable(turn.sessionKey()),
            turn.message(),
            List.of(),
            turn.thinking(),
            turn.model(),
            null,
            turn.timeoutSeconds() * 1_000L);
    // Jobs are an admin's, or an agent's that worked for one, as long as that one is an admin.
    Authority makers = Authority.OWNER.requestedBy(turn.user()).restingOn(turn.grounds());
    return runs.run(request.deliveredTo(way).by(makers), piece -> {}).map(AgentTurns::outcome);
  }

  private static CronOutcome outcome(RunOutcome outcome) {
    var meta = outcome.meta();
    String sessionId = meta == null ? "" : meta.at("/agentMeta/sessionId").asText();
    boolean done = outcome.status() == RunOutcome.Status.DONE;
    return new CronOutcome(
        done ? CronStatus.OK : CronStatus.ERROR,
        done ? cut(outcome.text()) : null,
        outcome.text(),
        outcome.error(),
        sessionId.isEmpty() ? null : sessionId);
  }

  /** The built-in model has nothing to say of its own, so it is left alone. */
  @Override
  public boolean available() {
    return !rules.get().model().equals(ModelName.BUILT_IN);
  }

  @Override
  public Future<HeartbeatOutcome> run(HeartbeatTurn turn) {
    StringBuilder message = new StringBuilder(turn.agent().prompt());
    turn.events().forEach(event -> message.append("\n\nSystem: ").append(event));
    RunRequest request =
        new RunRequest(
            ids.uuid(),
            RunKind.CRON,
            rules.get().usable(turn.agent().sessionKey()),
            message.toString(),
            List.of(),
            null,
            turn.agent().model(),
            null,
            0);
    // What has happened may be anybody's word who may write.
    return runs.run(request.by(Authority.WRITER), piece -> {})
        .compose(outcome -> heartbeat(turn, request, outcome));
  }

  private Future<HeartbeatOutcome> heartbeat(
      HeartbeatTurn turn, RunRequest request, RunOutcome outcome) {
    HeartbeatOutcome result = heartbeat(outcome);
    String target = turn.agent().target();
    if (result.status() != HeartbeatOutcome.Status.SENT || target.equals("none")) {
      return Future.succeededFuture(
          result.status() == HeartbeatOutcome.Status.SENT ? noTarget(result) : result);
    }
    return deliveries
        .way(target, turn.agent().to(), null, request.sessionKey())
        .compose(
            way ->
                deliveries
                    .deliver("run " + request.runId(), way, String.valueOf(result.preview()))
                    .map(
                        taken ->
                            new HeartbeatOutcome(
                                HeartbeatOutcome.Status.SENT,
                                null,
                                result.preview(),
                                way.channel(),
                                way.to())))
        .recover(
            none ->
                none instanceof IllegalArgumentException
                    ? Future.succeededFuture(noTarget(result))
                    : Future.succeededFuture(
                        HeartbeatOutcome.failed("not delivered: " + none.getMessage())));
  }

  private static HeartbeatOutcome noTarget(HeartbeatOutcome result) {
    return new HeartbeatOutcome(
        HeartbeatOutcome.Status.SKIPPED, "no-target", result.preview(), null, null);
  }

  private static HeartbeatOutcome heartbeat(RunOutcome outcome) {
    if (outcome.status() != RunOutcome.Status.DONE) {
      return HeartbeatOutcome.failed(outcome.error() == null ? "aborted" : outcome.error());
    }
    String text = outcome.text().strip();
    if (text.isEmpty()) {
      return new HeartbeatOutcome(HeartbeatOutcome.Status.OK_EMPTY, null, null, null, null);
    }
    return isWell(text)
        ? new HeartbeatOutcome(HeartbeatOutcome.Status.OK_TOKEN, null, null, null, null)
        : new HeartbeatOutcome(HeartbeatOutcome.Status.SENT, null, text, null, null);
  }

  /** Whether an answer says that all is well, and hardly anything else. */
  public static boolean isWell(String text) {
    return text.contains(ALL_IS_WELL)
        && text.replace(ALL_IS_WELL, "").strip().length() <= MOST_BESIDE_TOKEN;
  }

  private static @Nullable String cut(String text) {
    if (text.isEmpty()) {
      return null;
    }
    return text.length() <= SUMMARY_CHARACTERS ? text : text.substring(0, SUMMARY_CHARACTERS) + "…";
  }
}
