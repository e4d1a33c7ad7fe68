package dev.krabkrab.gateway.agent.wizard;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The one dialogue of the deployment in Redis, where any instance finds it; forgotten when nobody
 * goes on with it. Fails closed.
 */
final class WizardStore {
  private static final LuaScript START = LuaScript.load("lua/agent/wizard/start.lua");
  private static final LuaScript READ = LuaScript.load("lua/agent/wizard/read.lua");
  private static final LuaScript MOVE = LuaScript.load("lua/agent/wizard/move.lua");
  private static final LuaScript END = LuaScript.load("lua/agent/wizard/end.lua");
  private static final String IDLE_MS = Long.toString(Duration.ofMinutes(30).toMillis());

  private final RedisLink link;

  WizardStore(RedisLink link) {
    this.link = link;
  }

  /** Begins a dialogue; false when there is one. */
  Future<Boolean> start(WizardDialogue dialogue) {
    return link.run(
            START, key(), List.of(dialogue.id(), dialogue.stepId(), dialogue.encode(), IDLE_MS))
        .map(answer -> Replies.number(answer) == 1);
  }

  Future<Optional<WizardDialogue>> find(String id) {
    return link.run(READ, key(), List.of(id, IDLE_MS))
        .map(
            found ->
                found.size() == 0
                    ? Optional.empty()
                    : Optional.of(
                        WizardDialogue.decode(
                            id, found.get(0).toString(), found.get(1).toString())));
  }

  /** Goes on to the next question; false when another answer was faster. */
  Future<Boolean> move(String stepId, WizardDialogue next) {
    return link.run(MOVE, key(), List.of(next.id(), stepId, next.stepId(), next.encode(), IDLE_MS))
        .map(answer -> Replies.number(answer) == 1);
  }

  /** Forgets the dialogue; false when it was not there. */
  Future<Boolean> end(String id) {
    return link.run(END, key(), List.of(id)).map(answer -> Replies.number(answer) == 1);
  }

  private List<String> key() {
    return List.of(link.settings().key("wizard", "session"));
  }
}
