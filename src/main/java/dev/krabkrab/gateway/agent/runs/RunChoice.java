package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.agents.AgentRules;
import dev.krabkrab.gateway.agent.models.Thinking;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a run: those requested, else those of the session, else those of its agent.
 *
 * @param models the first one first; the others when that fails
 * @param instructions for the model; may be empty
 */
record RunChoice(List<ModelName> models, Thinking thinking, String instructions) {
  RunChoice {
    models = List.copyOf(models);
  }

  static RunChoice of(
      RunRequest request, Conversation in, AgentRules agent, SessionRules sessions) {
    String level = request.thinking() == null ? in.thinkingLevel() : request.thinking();
    return new RunChoice(
        models(request.model(), in, agent, sessions),
        Thinking.of(level == null ? agent.thinking() : level),
        instructions(request.instructions(), agent));
  }

  private static List<ModelName> models(
      @Nullable String wanted, Conversation in, AgentRules agent, SessionRules sessions) {
    ModelName own = wanted == null ? in.model() : ModelName.of(wanted, sessions.model().provider());
    if (own == null) {
      return agent.models();
    }
    // Whoever chose a model does not want the usual one, but may get a substitute.
    List<ModelName> models = new ArrayList<>(agent.models().subList(1, agent.models().size()));
    models.remove(own);
    models.addFirst(own);
    return models;
  }

  private static String instructions(@Nullable String more, AgentRules agent) {
    if (more == null || more.isBlank()) {
      return agent.instructions();
    }
    return agent.instructions().isEmpty() ? more : agent.instructions() + "\n\n" + more;
  }
}
