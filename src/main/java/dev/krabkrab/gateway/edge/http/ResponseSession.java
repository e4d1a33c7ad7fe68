package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Finds the session that a response is written in: the one that is named, else that of the response
 * before it, else the user's or a new one. Whoever is let in may name every session, so an id is no
 * key to anything; a user or an agent that is named besides has to be that session's, because an
 * application that mixes its users up must not show one what another one said. Protocol 04 §21.
 */
final class ResponseSession {
  private static final String PREVIOUS = "previous_response_id";
  private static final String KIND = "openresponses";

  private final Runner runner;

  ResponseSession(Runner runner) {
    this.runner = runner;
  }

  /** The id of the response before; null without one, or where a session is named. */
  static @Nullable String previous(HttpServerRequest request, ObjectNode body) {
    JsonNode given = body.path(PREVIOUS);
    if (given.isMissingNode() || given.isNull() || AgentSession.named(request) != null) {
      return null;
    }
    if (!given.isTextual() || given.textValue().isBlank()) {
      throw refused("must be the id of a response");
    }
    return given.textValue().strip();
  }

  /** Fails with {@link BadBody} for a response that cannot be gone on from. */
  Future<String> of(HttpServerRequest request, ObjectNode body) {
    String previous;
    try {
      previous = previous(request, body);
    } catch (BadBody e) {
      return Future.failedFuture(e);
    }
    return previous == null
        ? Future.succeededFuture(AgentSession.of(request, body, KIND, runner))
        : runner
            .sessionOf(previous)
            .map(
                kept -> {
                  String session = kept.orElseThrow(() -> unknown(previous));
                  agree(request, body, session);
                  return session;
                });
  }

  private void agree(HttpServerRequest request, ObjectNode body, String session) {
    String agent = AgentSession.name(request, body, runner);
    if (agent != null && !session.startsWith(common(agent))) {
      throw refused("that response is another agent's than " + agent + "; ask its own agent");
    }
    AgentSession.known(runner, agent == null ? runner.agentOf(session) : agent);
    String user = body.path("user").asText("").strip();
    if (!user.isEmpty()) {
      String own = runner.canonical("agent:main:" + KIND + "-user:" + user);
      if (!session.endsWith(own.substring(own.indexOf(':', "agent:".length())))) {
        throw refused("that response was not written for this user; send its own, or none");
      }
    }
  }

  private String common(String agent) {
    String key = runner.canonical("agent:" + agent + ":x");
    return key.substring(0, key.length() - 1);
  }

  private static BadBody unknown(String previous) {
    String shown = previous.length() > 80 ? previous.substring(0, 80) : previous;
    return refused(
        "no response "
            + shown
            + " is kept (30 days, unless it was asked for with store: false); send the whole"
            + " conversation instead");
  }

  private static BadBody refused(String why) {
    return new BadBody(400, PREVIOUS + ": " + why);
  }
}
