package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentRules;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.TurnRequest;
import dev.krabkrab.gateway.agent.models.ModelFailure;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the prompt for a model from a conversation. One that is nearly too long for the model is
 * summed up first; where that does not work, its older messages are left out.
 */
final class PromptPreparation {
  private static final Logger LOG = LoggerFactory.getLogger(PromptPreparation.class);

  /** Of the conversation, as much as is read; more is summed up. */
  static final int MOST_MESSAGES = 1_000;

  /** Of a model's window, so that the answer and its tools have room. */
  private static final int FULL_PERCENT = 80;

  private static final int MOST_HALVINGS = 4;

  private final RunTools tools;
  private final RunRequest request;
  private final RunEvents events;
  private final AgentRules rules;
  private final long token;
  private final AgentTool.Run run;
  private @Nullable Summariser summariser;

  PromptPreparation(
      RunTools tools,
      RunRequest request,
      RunEvents events,
      AgentRules rules,
      long token,
      AgentTool.Run run) {
    this.tools = tools;
    this.request = request;
    this.events = events;
    this.rules = rules;
    this.token = token;
    this.run = run;
  }

  /** Ends it where it is. */
  void giveUp() {
    if (summariser != null) {
      summariser.giveUp();
    }
  }

  Future<TurnRequest> of(Conversation in, List<ObjectNode> messages) {
    RunChoice choice = RunChoice.of(request, in, rules, tools.conversations().rules());
    List<AgentTool> allowed = allowed();
    ModelName model = choice.models().getFirst();
    int window = window(model);
    long room = window - overhead(choice, allowed);
    boolean full =
        messages.size() >= MOST_MESSAGES || ContextSize.of(messages) > room * FULL_PERCENT / 100;
    Future<List<ObjectNode>> shorter =
        full && !model.equals(ModelName.BUILT_IN)
            ? sumUp(in, choice, messages, window)
            : Future.succeededFuture(messages);
    return shorter.map(
        those ->
            new TurnRequest(
                use(),
                choice.models(),
                choice.instructions(),
                ContextSize.fitting(those, room),
                allowed,
                choice.thinking(),
                request.client().maxTokens(),
                request.client().required()));
  }

  /**
   * Makes a conversation shorter that the model has refused, and remembers what it takes.
   *
   * @param refused the messages that were refused
   */
  Future<List<ObjectNode>> shorter(
      Conversation in, ModelName model, List<ObjectNode> refused, ModelFailure.TooLong why) {
    RunChoice choice = RunChoice.of(request, in, rules, tools.conversations().rules());
    long overhead = overhead(choice, allowed());
    tools.limits().learn(model, ContextSize.learnt(ContextSize.of(refused) + overhead, why));
    int window = window(model);
    long room = (window - overhead) * FULL_PERCENT / 100;
    return tools
        .conversations()
        .messages(in.sessionId(), MOST_MESSAGES)
        .compose(messages -> sumUp(in, choice, messages, window))
        .map(those -> ContextSize.squeezed(those, room));
  }

  /** The client's own go before tools of the same name. */
  private List<AgentTool> allowed() {
    List<AgentTool> allowed = new ArrayList<>(request.client().tools());
    tools.tools().stream()
        .filter(tool -> rules.allows(tool.name()))
        .filter(tool -> allowed.stream().noneMatch(own -> own.name().equals(tool.name())))
        .forEach(allowed::add);
    return allowed;
  }

  private Future<List<ObjectNode>> sumUp(
      Conversation in, RunChoice choice, List<ObjectNode> messages, int window) {
    Summariser working = new Summariser(tools, use(), choice.models(), token);
    summariser = working;
    events.compaction("start");
    return sumUp(working, in, messages.size(), window, MOST_HALVINGS)
        .recover(
            failed -> {
              LOG.warn(
                  "session {} is not summed up, older messages are left out: {}",
                  request.sessionKey(),
                  failed.getMessage());
              return Future.succeededFuture(messages);
            })
        .onSuccess(done -> events.compaction("end"));
  }

  /** Where the model takes even less, with half of it. */
  private static Future<List<ObjectNode>> sumUp(
      Summariser working, Conversation in, int count, int window, int more) {
    return working
        .sumUp(in, count, window)
        .recover(
            failed ->
                more > 0 && failed instanceof ModelFailure failure && failure.tooLong() != null
                    ? sumUp(working, in, count, window / 2, more - 1)
                    : Future.failedFuture(failed));
  }

  private int window(ModelName model) {
    int all = tools.conversations().rules().contextTokens();
    int own = tools.limits().of(model);
    return own > 0 ? Math.min(own, all) : all;
  }

  private static long overhead(RunChoice choice, List<AgentTool> allowed) {
    return ContextSize.of(choice.instructions())
        + allowed.stream()
            .mapToLong(tool -> ContextSize.of(tool.description() + Json.text(tool.parameters())))
            .sum();
  }

  private AgentTool.Use use() {
    String agent = tools.conversations().rules().agentOfKey(request.sessionKey());
    return new AgentTool.Use(
        request.sessionKey(),
        agent,
        request.runId(),
        request.via(),
        request.asker().authority(),
        run);
  }
}
