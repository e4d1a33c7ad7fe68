package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.edge.http.HealthInputs.Stage;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * The probes of an orchestrator. Liveness is about the process alone: were Redis part of it, one
 * blink of Redis would restart every instance. Readiness keeps an instance without Redis in
 * service, degraded, because its sockets live on and no other instance is better off.
 */
public final class Probes {
  /** An event loop silent for longer will not come back, in milliseconds. */
  public static final long MAX_SILENCE_MS = 10_000;

  private final HealthInputs vitals;
  private final long maxSilenceMs;

  /**
   * One answer.
   *
   * @param status 200 or 503
   * @param json {@code ok}, {@code status} in one word, and {@code checks} with a reason for each
   *     that fails
   */
  record Answer(int status, ObjectNode json) {}

  public Probes(HealthInputs vitals) {
    this(vitals, MAX_SILENCE_MS);
  }

  Probes(HealthInputs vitals, long maxSilenceMs) {
    this.vitals = vitals;
    this.maxSilenceMs = maxSilenceMs;
  }

  /** Whether the process is worth keeping. */
  Answer live() {
    long silence = vitals.loopSilenceMs();
    boolean answering = silence < maxSilenceMs;
    ObjectNode checks = Json.object();
    add(
        checks,
        "eventLoops",
        answering ? null : "an event loop has not answered for " + silence + " ms");
    return answer(answering, answering ? "live" : "stuck", checks);
  }

  /** Whether the start is over; stays so until the end. */
  Answer started() {
    boolean over = vitals.stage() != Stage.STARTING;
    ObjectNode checks = Json.object();
    add(checks, "start", over ? null : startReason());
    return answer(over, over ? "started" : "starting", checks);
  }

  /** Whether new connections are welcome here. */
  Answer ready() {
    Stage stage = vitals.stage();
    ObjectNode checks = Json.object();
    add(checks, "start", stage == Stage.STARTING ? startReason() : null);
    add(checks, "drain", stage == Stage.DRAINING ? "clients are being sent away" : null);
    if (stage != Stage.SERVING) {
      return answer(false, stage == Stage.STARTING ? "starting" : "draining", checks);
    }
    String redis = redisProblem();
    boolean others = vitals.hearsOthers();
    add(checks, "redis", redis);
    add(checks, "cluster", others ? null : "messages of other instances do not arrive");
    return answer(true, redis == null && others ? "ready" : "degraded", checks);
  }

  private @Nullable String redisProblem() {
    if (!vitals.redisConnected()) {
      return "Redis is not connected; what needs it is refused";
    }
    String refusal = vitals.redisRefusal();
    return refusal == null ? null : "Redis refuses commands (" + refusal + ")";
  }

  private String startReason() {
    return vitals.waitsForRedis()
        ? "Redis does not answer; the start waits for it"
        : "the start is not complete";
  }

  private static void add(ObjectNode checks, String name, @Nullable String problem) {
    ObjectNode check = Json.object().put("ok", problem == null);
    checks.set(name, problem == null ? check : check.put("reason", problem));
  }

  private static Answer answer(boolean ok, String status, ObjectNode checks) {
    ObjectNode json = Json.object().put("ok", ok).put("status", status);
    json.set("checks", checks);
    return new Answer(ok ? 200 : 503, json);
  }
}
