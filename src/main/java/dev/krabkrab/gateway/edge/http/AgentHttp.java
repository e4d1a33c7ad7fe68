package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunReader;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import io.vertx.core.Future;
import java.util.Optional;

/** Functions that all HTTP requests to agents share. Protocol 04 §19, §20. */
final class AgentHttp {
  static final String NO_ANSWER = "No response from KrabKrab Gateway.";
  private static final String DEFAULT_MODEL = "openclaw";

  /** Nobody reads along. */
  static final RunReader UNREAD = piece -> {};

  private AgentHttp() {}

  /** Carries a request out; safe from any event loop. */
  interface Runner {
    /**
     * Begins a run.
     *
     * @param reader is told on the caller's context
     * @return how it ends, on the caller's context; fails when it cannot begin
     */
    Future<RunOutcome> run(RunRequest request, RunReader reader);

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

    /** The id of the agent that a key belongs to, whether or not it is set up. */
    String agentOf(String key);

    /** Whether an agent is set up, by its id. */
    boolean knowsAgent(String id);

    /** The agent of requests that name none. */
    String defaultAgent();

    /** Remembers for a time which session a response is written in. */
    Future<Void> keep(String responseId, String sessionKey);

    /** The session that a response was written in, while that is remembered. */
    Future<Optional<String>> sessionOf(String responseId);

    String newId();
  }

  /**
   * The name of the model that is asked, as the answer repeats it.
   *
   * @throws BadBody for what is no text
   */
  static String model(JsonNode body) {
    JsonNode model = body.path("model");
    if (!model.isMissingNode() && !model.isNull() && !model.isTextual()) {
      throw new BadBody(400, "model: must be a string; GET /v1/models lists them");
    }
    return model.asText("").isBlank() || model.isNull() ? DEFAULT_MODEL : model.asText();
  }

  /** What a body that cannot be used, and whatever else went wrong, is answered. */
  static HttpFailure refusal(Throwable cause) {
    if (cause instanceof GatewayError refused
        && refused.shape().code().equals(ErrorShape.INVALID_REQUEST)) {
      return HttpFailure.error(400, "Error: " + refused.shape().message(), Answers.INVALID);
    }
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
