package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentRules;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.agents.Authority;
import dev.krabkrab.gateway.http.ApiHttp;
import dev.krabkrab.gateway.http.Hooks;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.runs.ResponseService;
import dev.krabkrab.gateway.runs.RunDeliveries;
import dev.krabkrab.gateway.runs.RunOutcome;
import dev.krabkrab.gateway.runs.RunRequest;
import dev.krabkrab.gateway.runs.RunService;
import dev.krabkrab.gateway.runs.RunService.Submitted;
import dev.krabkrab.gateway.sessions.DeliveryContext;
import dev.krabkrab.gateway.sessions.SessionRules;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs and tools for whoever asks from an event loop of its own. */
final class AgentWork implements ApiHttp.Work, Hooks.Waker {
  private static final String MAIN = "main";

  private final Context home;
  private final RunService runs;
  private final ResponseService responses;
  private final List<AgentTool> tools;
  private final Supplier<SessionRules> sessions;
  private final Function<String, AgentRules> agents;
  private final Hooks.Waker waker;
  private final RunDeliveries deliveries;
  private final Ids ids;

  /** Makes it on the context of the runs. */
  AgentWork(
      Vertx own,
      RunService runs,
      ResponseService responses,
      List<AgentTool> tools,
      Supplier<SessionRules> sessions,
      Function<String, AgentRules> agents,
      Hooks.Waker waker,
      RunDeliveries deliveries,
      Ids ids) {
    this.home = own.getOrCreateContext();
    this.runs = runs;
    this.responses = responses;
    this.tools = List.copyOf(tools);
    this.sessions = sessions;
    this.agents = agents;
    this.waker = waker;
    this.deliveries = deliveries;
    this.ids = ids;
  }

  @Override
  public Future<RunOutcome> run(RunRequest request, Consumer<String> onText) {
    return there(
        caller ->
            runs.submit(request, piece -> caller.runOnContext(here -> onText.accept(piece)))
                .compose(
                    submitted ->
                        switch (submitted) {
                          case Submitted.Accepted(long at, Future<RunOutcome> outcome) -> outcome;
                          case Submitted.Over(RunOutcome outcome) ->
                              Future.succeededFuture(outcome);
                          case Submitted.InFlight flying ->
                              Future.failedFuture(
                                  GatewayError.unavailable("the run is on its way already"));
                        }));
  }

  @Override
  public Future<Void> begin(RunRequest request) {
    return there(caller -> runs.submit(request).mapEmpty());
  }

  @Override
  public Future<Void> wake(String text, boolean now) {
    return there(caller -> waker.wake(text, now));
  }

  /** See {@link RunDeliveries#way}. */
  Future<DeliveryContext> way(@Nullable String channel, @Nullable String to, String sessionKey) {
    return there(caller -> deliveries.way(channel, to, null, sessionKey));
  }

  @Override
  public void abort(String sessionKey, String runId) {
    there(caller -> runs.abort(sessionKey, runId, "rpc"));
  }

  /** Ends what goes on in a session; answers how many runs. */
  Future<Integer> stop(String sessionKey) {
    return there(caller -> runs.abort(sessionKey, null, "stop").map(List::size));
  }

  @Override
  public Future<Optional<AgentTool.Result>> use(
      String sessionKey,
      String tool,
      ObjectNode arguments,
      Authority authority,
      AgentTool.Run run) {
    String key = canonical(sessionKey);
    String agent = sessions.get().agentOfKey(key);
    Optional<AgentTool> known =
        agents.apply(agent).allows(tool)
            ? tools.stream().filter(one -> one.name().equals(tool)).findFirst()
            : Optional.empty();
    if (known.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    AgentTool.Use use = new AgentTool.Use(key, agent, ids.uuid(), List.of(), authority, run);
    return there(caller -> known.get().call(use, arguments).map(Optional::of));
  }

  @Override
  public String canonical(String key) {
    return sessions.get().usable(key);
  }

  @Override
  public boolean knows(String key) {
    return agents.apply(sessions.get().agentOfKey(key)).known();
  }

  @Override
  public String defaultAgent() {
    return agents.apply(MAIN).known() ? MAIN : sessions.get().defaultAgent();
  }

  @Override
  public Future<Void> keep(String responseId, String sessionKey) {
    return there(caller -> responses.keep(responseId, sessionKey));
  }

  @Override
  public Future<Optional<String>> sessionOf(String responseId) {
    return there(caller -> responses.sessionOf(responseId));
  }

  @Override
  public String newId() {
    return ids.uuid();
  }

  /** Does something on the context of the runs, and answers on the caller's. */
  private <T> Future<T> there(Function<Context, Future<T>> work) {
    Context caller = Objects.requireNonNull(Vertx.currentContext(), "not on a context");
    Promise<T> promise = Promise.promise();
    home.runOnContext(
        now -> {
          Future<T> done;
          try {
            done = work.apply(caller);
          } catch (RuntimeException e) {
            done = Future.failedFuture(e);
          }
          done.onComplete(
              result -> caller.runOnContext(back -> promise.handle(Future.succeededFuture(result))),
              failed -> caller.runOnContext(back -> promise.handle(Future.failedFuture(failed))));
        });
    return promise.future();
  }
}
