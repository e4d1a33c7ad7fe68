package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.http.AgentHttp.Runner;
import dev.krabkrab.gateway.http.HttpBody.BadBody;
import dev.krabkrab.gateway.http.HttpGuard.Verdict;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.runs.RunKind;
import dev.krabkrab.gateway.runs.RunRequest;
import dev.krabkrab.gateway.sessions.DeliveryContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /hooks/*}: what other systems tell agents. A repeat with the same {@code
 * Idempotency-Key} starts nothing. For one event loop. Protocol 04 §23.
 */
public final class Hooks implements Handler<HttpServerRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
  private static final int MOST_BYTES = 256 * 1024;

  private final HttpGuard guard;
  private final Supplier<@Nullable HookRules> rules;
  private final Runner runner;
  private final Waker waker;
  private final Ways ways;
  private final InstantSource clock;
  private final Handler<HttpServerRequest> otherwise;

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
   * @param otherwise answers what is nothing of this
   */
  public Hooks(
      HttpGuard guard,
      Supplier<@Nullable HookRules> rules,
      Runner runner,
      Waker waker,
      Ways ways,
      InstantSource clock,
      Handler<HttpServerRequest> otherwise) {
    this.guard = guard;
    this.rules = rules;
    this.runner = runner;
    this.waker = waker;
    this.ways = ways;
    this.clock = clock;
    this.otherwise = otherwise;
  }

  @Override
  public void handle(HttpServerRequest request) {
    HookRules now = rules.get();
    String path = String.valueOf(request.path());
    if (now == null || !(path.equals(now.path()) || path.startsWith(now.path() + "/"))) {
      otherwise.handle(request);
      return;
    }
    request.pause();
    guard
        .judge(request, now.secret(), token(request))
        .onSuccess(
            verdict -> {
              switch (verdict) {
                case Verdict.Welcome welcome -> {
                  if (request.method() == HttpMethod.POST) {
                    read(request, now, path.substring(now.path().length()));
                  } else {
                    Answers.notAllowed(request, "POST");
                  }
                }
                case Verdict.Unauthorized no -> Answers.text(request, 401, "Unauthorized");
                case Verdict.LockedOut(long waitMs) -> Answers.lockedOut(request, waitMs);
              }
            })
        .onFailure(away -> refuse(request, 503, "gateway state is unavailable; retry"));
  }

  private static @Nullable String token(HttpServerRequest request) {
    String bearer = HttpGuard.bearer(request.getHeader("authorization"));
    if (bearer != null) {
      return bearer;
    }
    String header = request.getHeader("x-openclaw-token");
    if (header != null && !header.isBlank()) {
      return header.strip();
    }
    String inPath = request.getParam("token");
    if (inPath != null) {
      LOG.warn("a hook was called with its token in the URL; send it as Authorization: Bearer");
    }
    return inPath;
  }

  private void read(HttpServerRequest request, HookRules now, String below) {
    HttpBody.read(request, MOST_BYTES)
        .onSuccess(body -> act(request, now, below.replaceAll("^/+|/+$", ""), body))
        .onFailure(
            bad ->
                refuse(
                    request,
                    bad instanceof BadBody known ? known.status() : 400,
                    String.valueOf(bad.getMessage())));
  }

  private void act(HttpServerRequest request, HookRules now, String name, ObjectNode body) {
    switch (name) {
      case "wake" -> {
        boolean next = body.path("mode").asText("now").equals("next-heartbeat");
        wake(request, Json.nonBlank(body, "text"), !next);
      }
      case "agent" -> ask(request, body);
      default ->
          now.mappings().stream()
              .filter(mapping -> mapping.fits(name, body))
              .findFirst()
              .ifPresentOrElse(
                  mapping -> mapped(request, mapping, name, body),
                  () -> Answers.text(request, 404, "Not Found"));
    }
  }

  private void wake(HttpServerRequest request, @Nullable String text, boolean now) {
    if (text == null) {
      refuse(request, 400, "text required");
      return;
    }
    waker
        .wake(text, now)
        .onSuccess(
            told ->
                Answers.json(
                    request,
                    200,
                    Json.object().put("ok", true).put("mode", now ? "now" : "next-heartbeat")))
        .onFailure(away -> refuse(request, 503, "gateway state is unavailable; retry"));
  }

  private void ask(HttpServerRequest request, ObjectNode body) {
    String message = Json.nonBlank(body, "message");
    if (message == null) {
      refuse(request, 400, "message required");
    } else if (body.has("model") && Json.nonBlank(body, "model") == null) {
      refuse(request, 400, "model required");
    } else {
      String name = Json.nonBlank(body, "name");
      run(
          request,
          Json.nonBlank(body, "sessionKey"),
          "[" + (name == null ? "Hook" : name) + "] " + message,
          Json.nonBlank(body, "model"),
          Json.nonBlank(body, "thinking"),
          Math.max(0, body.path("timeoutSeconds").asLong(0)),
          HookDelivery.of(body));
    }
  }

  private void mapped(
      HttpServerRequest request, HookRules.Mapping mapping, String name, ObjectNode body) {
    HookTemplate template =
        new HookTemplate(
            body,
            header -> orEmpty(request.getHeader(header)),
            param -> param.equals("token") ? "" : orEmpty(request.getParam(param)),
            name,
            clock.instant());
    String text = template.fill(mapping.text()).strip();
    if (mapping.wakes()) {
      wake(request, text.isEmpty() ? null : text, mapping.now());
    } else if (text.isEmpty()) {
      refuse(request, 500, "hook mapping failed");
    } else {
      String session = mapping.session();
      run(
          request,
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

  /** Answered when the run is entered; how it ends is its session's to tell. */
  private void run(
      HttpServerRequest request,
      @Nullable String session,
      String message,
      @Nullable String model,
      @Nullable String thinking,
      long timeoutSeconds,
      HookDelivery delivery) {
    String key = request.getHeader("idempotency-key");
    String id = key == null || key.isBlank() ? runner.newId() : idOf(key.strip());
    RunRequest run =
        new RunRequest(
            id,
            RunKind.HOOK,
            runner.canonical(session == null ? "hook:" + id : session),
            message,
            List.of(),
            thinking,
            model,
            null,
            timeoutSeconds * 1_000);
    delivery
        .find(ways, run.sessionKey())
        .compose(way -> runner.begin(run.deliveredTo(way.orElse(null))))
        .onSuccess(
            begun -> Answers.json(request, 202, Json.object().put("ok", true).put("runId", id)))
        .onFailure(
            failed ->
                refuse(
                    request,
                    failed instanceof IllegalArgumentException ? 400 : 503,
                    String.valueOf(failed.getMessage())));
  }

  /** The same key is the same run, on every instance. */
  private static String idOf(String key) {
    return UUID.nameUUIDFromBytes(("hook " + key).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static void refuse(HttpServerRequest request, int status, String error) {
    Answers.json(request, status, Json.object().put("ok", false).put("error", error));
  }
}
