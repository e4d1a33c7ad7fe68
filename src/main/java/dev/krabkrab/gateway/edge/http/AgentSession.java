package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the agent and the session that an HTTP request means. The agent that is named is the one
 * that runs: a name that is no agent's is refused with 404, and a session of another agent than the
 * one that is named with 400. Nothing is made to fit. Protocol 04 §19, §20.
 */
final class AgentSession {
  static final String AGENT_HEADER = "x-openclaw-agent-id";
  static final String HEADER = "x-openclaw-session-key";

  private static final List<String> AGENT_HEADERS = List.of(AGENT_HEADER, "x-openclaw-agent");
  private static final Pattern OF_AN_AGENT =
      Pattern.compile("(?is)(?:openclaw[:/]|krabkrab[:/]|agent:)(.*)");
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
  private static final String DEFAULT = "default";
  private static final String WHOLE = "agent:";
  private static final String KEY = "sessionKey";
  private static final Set<String> SHARED = Set.of("global", "unknown");
  private static final int LONGEST_SHOWN = 64;

  private AgentSession() {}

  /**
   * The agent that a request names, as it does; null where it names none. {@code default} is no
   * name, unless an agent is called so.
   */
  static @Nullable String name(HttpServerRequest request, JsonNode body, Runner runner) {
    for (String header : AGENT_HEADERS) {
      String given = request.getHeader(header);
      String named = given == null ? "" : given.strip().toLowerCase(Locale.ROOT);
      if (!named.isEmpty() && !isDefault(runner, named)) {
        return named;
      }
    }
    String named = ofModel(body.path("model").asText(""));
    return named == null || isDefault(runner, named) ? null : named;
  }

  static boolean isDefault(Runner runner, String name) {
    return name.equals(DEFAULT) && !runner.knowsAgent(name);
  }

  /** The agent that the name of a model is for; null for a name of no agent. */
  static @Nullable String ofModel(String model) {
    Matcher named = OF_AN_AGENT.matcher(model.strip());
    return named.matches() ? named.group(1).strip().toLowerCase(Locale.ROOT) : null;
  }

  /**
   * The id of an agent that is set up.
   *
   * @throws BadBody 404 for the name of none
   */
  static String known(Runner runner, String name) {
    if (!ID.matcher(name).matches() || !runner.knowsAgent(name)) {
      throw unknown(name);
    }
    return name;
  }

  static BadBody unknown(String name) {
    String shown = name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
    return new BadBody(404, "no such agent: \"" + shown + "\"; GET /v1/models lists them");
  }

  /** The session that a request names, or null. */
  static @Nullable String named(HttpServerRequest request) {
    String given = request.getHeader(HEADER);
    return given == null || given.isBlank() ? null : given;
  }

  /** Whether the session that a request means is there for the next one, too. */
  static boolean isKept(HttpServerRequest request, JsonNode body) {
    return named(request) != null || !body.path("user").asText("").isBlank();
  }

  /** The session that a request to {@code /v1} means: a named one, the user's, or a new one. */
  static String of(HttpServerRequest request, JsonNode body, String kind, Runner runner) {
    String named = name(request, body, runner);
    String agent = named == null ? null : known(runner, named);
    String given = named(request);
    if (given != null) {
      return agent == null
          ? usable(runner, whole(given, runner.defaultAgent()), HEADER)
          : ofAgent(runner, agent, given, HEADER);
    }
    String user = body.path("user").asText("").strip();
    String rest = user.isEmpty() ? kind + ":" + runner.newId() : kind + "-user:" + user;
    String own = agent == null ? runner.defaultAgent() : agent;
    return usable(runner, WHOLE + own + ":" + rest, "user");
  }

  /**
   * The same for a request whose body says it, in {@code sessionKey} and {@code agentId}.
   *
   * @param sessionKey what is meant when nothing else is said
   */
  static String ofBody(HttpServerRequest request, JsonNode body, String sessionKey, Runner runner) {
    String given = Json.nonBlank(body, "agentId");
    String named =
        given == null
            ? name(request, Json.object(), runner)
            : given.strip().toLowerCase(Locale.ROOT);
    return named == null || isDefault(runner, named)
        ? usable(runner, sessionKey, KEY)
        : ofAgent(runner, known(runner, named), sessionKey, KEY);
  }

  /**
   * A session of the agent that is named; a key that names none belongs to it.
   *
   * @param field what the key came in, for people
   * @throws BadBody 400 for one of another agent
   */
  private static String ofAgent(Runner runner, String agent, String given, String field) {
    String session = usable(runner, whole(given, agent), field);
    String owner = runner.agentOf(session);
    if (!owner.equals(agent)) {
      throw new BadBody(
          400,
          field
              + ": that session is agent "
              + owner
              + "'s, and the request names agent "
              + agent
              + "; name its own agent, or send a key that names none");
    }
    return session;
  }

  private static String whole(String given, String agent) {
    String key = given.strip();
    boolean itself = key.regionMatches(true, 0, WHOLE, 0, WHOLE.length()) || SHARED.contains(key);
    return itself ? key : WHOLE + agent + ":" + key;
  }

  /** The one form of a key whose agent is set up. */
  private static String usable(Runner runner, String given, String field) {
    String key;
    try {
      key = runner.canonical(given);
    } catch (GatewayError unusable) {
      throw new BadBody(400, field + ": session " + unusable.shape().message());
    }
    if (!runner.knowsAgent(runner.agentOf(key))) {
      throw unknown(runner.agentOf(key));
    }
    return key;
  }
}
