package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentRules;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.agent.runs.RunDeliveries;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunReader;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.agent.runs.RunVerticle;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs and tools for whoever calls from another event loop than that of the runs. */
public final class AgentServices implements ApiHttp.Work, Hooks.Waker {
  private static final String MAIN = "main";
  private static final Set<String> WRITE = Set.of("operator.write");

  private final RunVerticle runs;
  private final RunDeliveries deliveries;
  private final Supplier<SessionRules> sessions;
  private final Function<String, AgentRules> agents;
  private final Platform platform;
  private final Ids ids;

  /**
   * @param runs where runs are at home
   * @param deliveries the ways to people
   */
  public AgentServices(Platform platform, RunVerticle runs, RunDeliveries deliveries) {
    this.runs = runs;
    this.deliveries = deliveries;
    this.sessions = platform.section(SessionRules::of);
    this.agents = agent -> AgentRules.of(platform.content(), agent);
    this.platform = platform;
    this.ids = platform.ids();
  }

  @Override
  public Future<RunOutcome> run(RunRequest request, RunReader reader) {
    return runs.run(request, reader);
  }

  @Override
  public Future<Void> begin(RunRequest request) {
    return runs.there(caller -> runs.service().submit(request).mapEmpty());
  }

  @Override
  public Future<Void> wake(String text, boolean now) {
    Caller hook = Caller.inside("hook", "gateway-hooks", WRITE, platform.clock().millis());
    ObjectNode params = Json.object().put("text", text).put("mode", now ? "now" : "next-heartbeat");
    return runs.there(caller -> platform.calls().call("wake", hook, params, () -> true).mapEmpty());
  }

  /** See {@link RunDeliveries#way}. */
  public Future<DeliveryContext> way(
      @Nullable String channel, @Nullable String to, String sessionKey) {
    return runs.there(caller -> deliveries.way(channel, to, null, sessionKey));
  }

  @Override
  public void abort(String sessionKey, String runId) {
    runs.there(caller -> runs.service().abort(sessionKey, runId, "rpc"));
  }

  /** Ends what goes on in a session; answers how many runs. */
  public Future<Integer> stop(String sessionKey) {
    return runs.there(caller -> runs.service().abort(sessionKey, null, "stop").map(List::size));
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
            ? runs.tools().stream().filter(one -> one.name().equals(tool)).findFirst()
            : Optional.empty();
    if (known.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    AgentTool.Use use = new AgentTool.Use(key, agent, ids.uuid(), List.of(), authority, run);
    return runs.there(caller -> known.get().call(use, arguments).map(Optional::of));
  }

  @Override
  public String canonical(String key) {
    return sessions.get().usable(key);
  }

  @Override
  public String agentOf(String key) {
    return sessions.get().agentOfKey(key);
  }

  @Override
  public boolean knowsAgent(String id) {
    return agents.apply(id).known();
  }

  @Override
  public String defaultAgent() {
    return agents.apply(MAIN).known() ? MAIN : sessions.get().defaultAgent();
  }

  @Override
  public Future<Void> keep(String responseId, String sessionKey) {
    return runs.there(caller -> runs.responses().keep(responseId, sessionKey));
  }

  @Override
  public Future<Optional<String>> sessionOf(String responseId) {
    return runs.there(caller -> runs.responses().sessionOf(responseId));
  }

  @Override
  public String newId() {
    return ids.uuid();
  }
}
