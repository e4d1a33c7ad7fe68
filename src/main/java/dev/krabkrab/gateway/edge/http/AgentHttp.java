package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Functions that all HTTP requests to agents share. Protocol 04 §19, §20. */
final class AgentHttp {
  static final String NO_ANSWER = "No response from KrabKrab Gateway.";
  private static final String SESSION = "x-openclaw-session-key";
  private static final String DEFAULT_MODEL = "openclaw";
  private static final Pattern AGENT_MODEL =
      Pattern.compile("(?:openclaw[:/]|krabkrab[:/]|agent:)([A-Za-z0-9][A-Za-z0-9_-]{0,63})");

  private AgentHttp() {}

  /** Carries a request out; safe from any event loop. */
  interface Runner {
    /**
     * Begins a run.
     *
     * @param onText pieces of the answer, on the caller's context
     * @return how it ends, on the caller's context; fails when it cannot begin
     */
    Future<RunOutcome> run(RunRequest request, Consumer<String> onText);

    /** Begins a run, or finds that one of that id has begun; complete when that is certain. */
    Future<Void> begin(RunRequest request);

    /** Ends a run that nobody reads any more. */
    void abort(String sessionKey, String runId);

    /**
     * A key in its one form.
     *
     * @throws GatewayError when it cannot be used
     */
    String canonical(String key);

    /** Whether the agent that a key belongs to is set up. */
    boolean knows(String key);

    /** The agent of requests that name none. */
    String defaultAgent();

    /** Remembers for a time which session a response is written in. */
    Future<Void> keep(String responseId, String sessionKey);

    /** The session that a response was written in, while that is remembered. */
    Future<Optional<String>> sessionOf(String responseId);

    String newId();
  }

  /** The agent that a request names, or null. */
  static @Nullable String namedAgent(HttpServerRequest request, JsonNode body) {
    for (String header : new String[] {"x-openclaw-agent-id", "x-openclaw-agent"}) {
      String named = request.getHeader(header);
      if (named != null && !named.isBlank()) {
        return named.strip();
      }
    }
    Matcher model = AGENT_MODEL.matcher(body.path("model").asText(""));
    return model.matches() ? model.group(1) : null;
  }

  /** The session that a request names, or null. */
  static @Nullable String namedSession(HttpServerRequest request) {
    String given = request.getHeader(SESSION);
    return given == null || given.isBlank() ? null : given;
  }

  /** The session that a request means. */
  static String session(HttpServerRequest request, JsonNode body, String kind, Runner runner) {
    String given = namedSession(request);
    if (given != null) {
      return usable(runner, given);
    }
    String named = namedAgent(request, body);
    String agent = "agent:" + (named == null ? runner.defaultAgent() : named) + ":";
    String user = body.path("user").asText("").strip();
    return usable(
        runner, agent + (user.isEmpty() ? kind + ":" + runner.newId() : kind + "-user:" + user));
  }

  /** The one form of a key whose agent is set up; throws {@link BadBody} for every other. */
  static String usable(Runner runner, String given) {
    String key;
    try {
      key = runner.canonical(given);
    } catch (GatewayError unusable) {
      throw new BadBody(400, "session " + unusable.shape().message());
    }
    if (!runner.knows(key)) {
      throw new BadBody(404, "no such agent; GET /v1/models lists them");
    }
    return key;
  }

  static String model(JsonNode body) {
    String model = body.path("model").asText("");
    return model.isBlank() ? DEFAULT_MODEL : model;
  }

  /** What a body that cannot be used, and whatever else went wrong, is answered. */
  static HttpFailure refusal(Throwable cause) {
    if (!(cause instanceof BadBody bad)) {
      return HttpFailure.error(503, "Error: " + cause.getMessage(), "api_error");
    }
    ObjectNode body = Answers.error(String.valueOf(bad.getMessage()), Answers.INVALID);
    if (bad.status() == 404 && body.path("error") instanceof ObjectNode error) {
      error.put("code", "model_not_found");
    }
    return HttpFailure.json(bad.status(), body);
  }
}
