package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.RunKind;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.edge.http.HttpGuard.Verdict;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /hooks/*}: what other systems send to agents. A repeat with the same {@code
 * Idempotency-Key} starts nothing. For one event loop. Protocol 04 §23.
 */
public final class Hooks implements Handler<RoutingContext> {
  static final int MOST_BYTES = 256 * 1024;

  private final HttpAuthentication access;
  private final Supplier<@Nullable HookRules> rules;
  private final Runner runner;
  private final Waker waker;
  private final Ways ways;
  private final InstantSource clock;

  /** Tells the main conversation something. */
  @FunctionalInterface
  public interface Waker {
    /**
     * Tells it.
     *
     * @param now a heartbeat comes at once
     */
    Future<Void> wake(String text, boolean now);
  }

  /** Finds where answers go besides. Answers on the caller's context. */
  public interface Ways {
    /** Ids of the channels that are set up. */
    Future<List<String>> channels();

    /**
     * Finds the way to somebody.
     *
     * @param channel null or {@code last} for the one that was used last
     * @param to null for whom was written to last
     * @param sessionKey canonical
     * @return fails with {@link IllegalArgumentException} when there is none
     */
    Future<DeliveryContext> way(@Nullable String channel, @Nullable String to, String sessionKey);
  }

  /**
   * @param rules null while hooks are off
   */
  public Hooks(
      HttpAuthentication access,
      Supplier<@Nullable HookRules> rules,
      Runner runner,
      Waker waker,
      Ways ways,
      InstantSource clock) {
    this.access = access;
    this.rules = rules;
    this.runner = runner;
    this.waker = waker;
    this.ways = ways;
    this.clock = clock;
  }

  @Override
  public void handle(RoutingContext context) {
    HookRules now = rules.get();
    String path = String.valueOf(context.request().path());
    if (now == null || !(path.equals(now.path()) || path.startsWith(now.path() + "/"))) {
      context.next();
      return;
    }
    context.request().pause();
    access
        .judgeHook(context, now.secret(), HookQuery.token(context.request()))
        .onSuccess(verdict -> judged(context, now, verdict))
        .onFailure(e -> context.fail(away()));
  }

  private void judged(RoutingContext context, HookRules now, Verdict verdict) {
    switch (verdict) {
      case Verdict.Welcome(HttpCaller visitor) -> {
        if (context.request().method() == HttpMethod.POST) {
          String path = String.valueOf(context.request().path());
          read(new OpenRequest(context, visitor), now, path.substring(now.path().length()));
        } else {
          context.fail(HttpFailure.notAllowed("POST"));
        }
      }
      case Verdict.LockedOut(long waitMs) -> context.fail(HttpFailure.lockedOut(waitMs));
      default -> {
        access.unauthorized(context, Answers.UNAUTHORIZED);
        context.fail(HttpFailure.text(401, "Unauthorized"));
      }
    }
  }

  private void read(OpenRequest visit, HookRules now, String below) {
    HttpBody.read(visit.request(), MOST_BYTES)
        .onSuccess(body -> act(visit, now, below.replaceAll("^/+|/+$", ""), body))
        .onFailure(
            bad ->
                refuse(
                    visit,
                    bad instanceof BadBody known ? known.status() : 400,
                    String.valueOf(bad.getMessage())));
  }

  private void act(OpenRequest visit, HookRules now, String name, ObjectNode body) {
    switch (name) {
      case "wake" -> {
        boolean next = body.path("mode").asText("now").equals("next-heartbeat");
        wake(visit, Json.nonBlank(body, "text"), !next);
      }
      case "agent" -> ask(visit, body);
      default ->
          now.mappings().stream()
              .filter(mapping -> mapping.fits(name, body))
              .findFirst()
              .ifPresentOrElse(
                  mapping -> mapped(visit, mapping, name, body),
                  () -> visit.fail(HttpFailure.text(404, "Not Found")));
    }
  }

  private void wake(OpenRequest visit, @Nullable String text, boolean now) {
    if (text == null) {
      refuse(visit, 400, "text required");
      return;
    }
    waker
        .wake(text, now)
        .onSuccess(
            woken -> {
              note(visit, "main", null, "woken");
              Answers.json(
                  visit.context(),
                  200,
                  Json.object().put("ok", true).put("mode", now ? "now" : "next-heartbeat"));
            })
        .onFailure(e -> visit.fail(away()));
  }

  private void ask(OpenRequest visit, ObjectNode body) {
    String message = Json.nonBlank(body, "message");
    if (message == null) {
      refuse(visit, 400, "message required");
    } else if (body.has("model") && Json.nonBlank(body, "model") == null) {
      refuse(visit, 400, "model required");
    } else {
      String name = Json.nonBlank(body, "name");
      run(
          visit,
          body,
          Json.nonBlank(body, "sessionKey"),
          "[" + (name == null ? "Hook" : name) + "] " + message,
          Json.nonBlank(body, "model"),
          Json.nonBlank(body, "thinking"),
          Math.max(0, body.path("timeoutSeconds").asLong(0)),
          HookDelivery.of(body));
    }
  }

  private void mapped(OpenRequest visit, HookRules.Mapping mapping, String name, ObjectNode body) {
    HookTemplate template =
        new HookTemplate(
            body,
            header -> orEmpty(visit.request().getHeader(header)),
            param -> param.equals("token") ? "" : orEmpty(HookQuery.param(visit.request(), param)),
            name,
            clock.instant());
    String text = template.fill(mapping.text()).strip();
    if (mapping.wakes()) {
      wake(visit, text.isEmpty() ? null : text, mapping.now());
    } else if (text.isEmpty()) {
      refuse(visit, 500, "hook mapping failed");
    } else {
      String session = mapping.session();
      run(
          visit,
          Json.object().put("agentId", mapping.agent()),
          session == null ? null : template.fill(session),
          text,
          mapping.model(),
          mapping.thinking(),
          mapping.timeoutSeconds(),
          mapping.delivery().filled(template::fill));
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /**
   * Answered when the run is entered; its outcome is found in its session.
   *
   * @param addressed whose {@code agentId} says which agent answers, where it has one
   */
  private void run(
      OpenRequest visit,
      ObjectNode addressed,
      @Nullable String session,
      String message,
      @Nullable String model,
      @Nullable String thinking,
      long timeoutSeconds,
      HookDelivery delivery) {
    String key = visit.request().getHeader("idempotency-key");
    String id = key == null || key.isBlank() ? runner.newId() : idOf(key.strip());
    String wanted = session == null ? "hook:" + id : session;
    String usable;
    try {
      usable = AgentSession.ofBody(visit.request(), addressed, wanted, runner);
    } catch (BadBody bad) {
      refused(visit, wanted, id, bad);
      return;
    }
    long limitMs = timeoutSeconds * 1_000;
    RunRequest run =
        new RunRequest(
            id, RunKind.HOOK, usable, message, List.of(), thinking, model, null, limitMs);
    begin(visit, run.by(visit.visitor().authority()), delivery);
  }

  private void begin(OpenRequest visit, RunRequest run, HookDelivery delivery) {
    String session = run.sessionKey();
    String id = run.runId();
    delivery
        .find(ways, run.sessionKey())
        .compose(way -> runner.begin(run.deliveredTo(way.orElse(null))))
        .onSuccess(
            begun -> {
              note(visit, session, id, "begun");
              Answers.json(visit.context(), 202, Json.object().put("ok", true).put("runId", id));
            })
        .onFailure(failed -> refused(visit, session, id, failed));
  }

  private void refused(OpenRequest visit, String session, String runId, Throwable why) {
    note(visit, session, runId, "refused");
    int otherwise = why instanceof IllegalArgumentException ? 400 : 503;
    int status = why instanceof BadBody bad ? bad.status() : otherwise;
    refuse(visit, status, String.valueOf(why.getMessage()));
  }

  private void note(OpenRequest visit, String session, @Nullable String runId, String outcome) {
    access
        .trail()
        .run(visit.visitor(), String.valueOf(visit.request().path()), session, runId, outcome);
  }

  /** The same key is the same run, on every instance. */
  private static String idOf(String key) {
    return UUID.nameUUIDFromBytes(("hook " + key).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static void refuse(OpenRequest visit, int status, String error) {
    visit.fail(failure(status, error));
  }

  private static HttpFailure away() {
    return failure(503, "gateway state is unavailable; retry");
  }

  private static HttpFailure failure(int status, String error) {
    return HttpFailure.json(status, Json.object().put("ok", false).put("error", error));
  }
}
