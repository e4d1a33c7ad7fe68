package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code sessions_send}: says something in another session, as a run of that session. Nothing goes
 * round in a circle: a session that led to this run is not written to, and after three sessions it
 * is enough.
 */
public final class SessionSendTool implements GatewayTool {
  private static final int LONGEST = 20_000;
  private static final int MOST_SESSIONS = 3;
  private static final int WAIT_SECONDS = 30;
  private static final int LONGEST_WAIT_SECONDS = 120;

  /** Carries messages into sessions. */
  public interface Post {
    /** The one form of a key; fails for a blank one. */
    String canonical(String sessionKey);

    /** The agent of a canonical key. */
    String agentOf(String sessionKey);

    /**
     * Begins a run.
     *
     * @return fails when the session is not there or may not be written to
     */
    Future<Reply> send(Letter letter);
  }

  /**
   * A message.
   *
   * @param via sessions that led to it, the sending one last
   * @param authority on whose behalf the agent there works
   * @param waitMs how long to wait for the answer; 0 not at all
   */
  public record Letter(
      String sessionKey, String message, List<String> via, Authority authority, long waitMs) {
    public Letter {
      via = List.copyOf(via);
    }
  }

  /**
   * The outcome of sending.
   *
   * @param answer null when there is none yet
   */
  public record Reply(String runId, @Nullable String answer) {}

  private final Post post;
  private final Supplier<ObjectNode> document;

  /**
   * @param document the gateway document in force
   */
  public SessionSendTool(Post post, Supplier<ObjectNode> document) {
    this.post = post;
    this.document = document;
  }

  @Override
  public String name() {
    return "sessions_send";
  }

  @Override
  public List<String> methods() {
    return List.of("chat.send");
  }

  @Override
  public String description() {
    return "Says something in another conversation and waits for the answer of the agent there. Not"
        + " for this conversation: here just answer.";
  }

  @Override
  public ObjectNode parameters() {
    return Json.parseObject(
        """
        {"type":"object","properties":{
          "sessionKey":{"type":"string","description":"key of the conversation, see sessions_list"},
          "message":{"type":"string"},
          "timeoutSeconds":{"type":"integer","description":"how long to wait for the answer; 0 not at all, default 30"}},
         "required":["sessionKey","message"]}\
        """);
  }

  @Override
  public Future<Result> call(Use use, ObjectNode arguments) {
    String wanted = Json.nonBlank(arguments, "sessionKey");
    String message = Json.nonBlank(arguments, "message");
    if (wanted == null || message == null) {
      return Future.succeededFuture(Result.failed("sessionKey and message required"));
    }
    if (message.length() > LONGEST) {
      return Future.succeededFuture(
          Result.failed("message too long (max " + LONGEST + " characters)"));
    }
    String key = post.canonical(wanted);
    String refusal = refusal(use, key);
    if (refusal != null) {
      return Future.succeededFuture(Result.failed(refusal));
    }
    List<String> via = new ArrayList<>(use.via());
    via.add(use.sessionKey());
    long wait =
        Math.clamp(arguments.path("timeoutSeconds").asLong(WAIT_SECONDS), 0, LONGEST_WAIT_SECONDS);
    String said = "[from the agent of session " + use.sessionKey() + "] " + message;
    Letter letter = new Letter(key, said, via, use.authority(), wait * 1_000);
    return use.run().waiting(() -> post.send(letter)).map(SessionSendTool::result);
  }

  private @Nullable String refusal(Use use, String key) {
    if (key.equals(use.sessionKey())) {
      return "a session may not send to itself; just answer";
    }
    if (use.via().contains(key)) {
      return key + " waits for this run; answer, and it hears of it";
    }
    if (use.via().size() >= MOST_SESSIONS) {
      return "this message came through "
          + use.via().size()
          + " sessions already; it goes no further";
    }
    String agent = post.agentOf(key);
    return agent.equals(use.agentId()) || mayReach(use.agentId(), agent)
        ? null
        : "sessions of other agents are closed (tools.agentToAgent)";
  }

  /** Both agents have to be named. */
  private boolean mayReach(String from, String to) {
    JsonNode rule = document.get().at("/tools/agentToAgent");
    List<String> allowed = new ArrayList<>();
    rule.path("allow").forEach(name -> allowed.add(name.asText()));
    return rule.path("enabled").asBoolean()
        && (allowed.contains("*") || (allowed.contains(from) && allowed.contains(to)));
  }

  private static Result result(Reply reply) {
    ObjectNode details = Json.object().put("runId", reply.runId());
    String answer = reply.answer();
    return answer == null
        ? new Result(
            "It is said; there is no answer yet.", details.put("status", "accepted"), false)
        : new Result(answer, details.put("status", "ok"), false);
  }
}
