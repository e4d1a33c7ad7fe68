package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.CredentialStanding;
import dev.krabkrab.gateway.agent.agents.AgentCatalog;
import dev.krabkrab.gateway.agent.agents.AgentRules;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.AuthorityService;
import dev.krabkrab.gateway.agent.agents.TurnService;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.agent.models.ModelService;
import dev.krabkrab.gateway.agent.models.ModelUsage;
import dev.krabkrab.gateway.agent.runs.RunService.Submitted;
import dev.krabkrab.gateway.agent.sessions.CompactionService;
import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.agent.sessions.SessionService;
import dev.krabkrab.gateway.agent.skills.SkillService;
import dev.krabkrab.gateway.agent.tools.ToolService;
import dev.krabkrab.gateway.agent.usage.TokenUse;
import dev.krabkrab.gateway.agent.usage.UsageRecorder;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out runs, with the agents, models and tools they need, and serves their methods: {@code
 * agent}, {@code agent.wait}, {@code chat.send}, {@code chat.abort}. Protocol 04.
 */
public final class RunVerticle extends FeatureVerticle {
  private static final Logger LOG = LoggerFactory.getLogger(RunVerticle.class);

  private final ConversationEvents events;
  private final RunDeliveries deliveries;
  private final Resources resources;
  private final CredentialStanding credentials;
  private @Nullable Opened opened;

  private record Opened(
      Context home, RunService runs, ResponseService responses, List<AgentTool> tools) {}

  /**
   * The resources that agents work with.
   *
   * @param skills that they may read
   * @param usage counts what models are used for
   * @param models the usable ones
   * @param audit takes down who requested them
   */
  public record Resources(
      SkillService skills, UsageRecorder usage, Supplier<ObjectNode> models, AuditTrail audit) {}

  /**
   * @param events tells of what is said
   * @param deliveries sends answers where they were requested
   * @param resources what agents work with
   * @param credentials whether named tokens, users and people in channels are what they were
   */
  public RunVerticle(
      Platform platform,
      ConversationEvents events,
      RunDeliveries deliveries,
      Resources resources,
      CredentialStanding credentials) {
    super(platform);
    this.events = events;
    this.deliveries = deliveries;
    this.resources = resources;
    this.credentials = credentials;
  }

  @Override
  protected void open(RedisLink link) {
    Supplier<SessionRules> rules = platform.section(SessionRules::of);
    Function<String, AgentRules> agents = agent -> AgentRules.of(platform.content(), agent);
    ConversationService conversations =
        new ConversationService(
            new SessionService(link, rules, platform.ids(), platform.clock()),
            link,
            rules,
            platform.ids(),
            platform.clock());
    conversations.onSaid(events::said);
    SessionMessenger messenger = new SessionMessenger(conversations, platform.ids());
    RunTools tools = tools(link, conversations, messenger, rules);
    RunService runs = new RunService(link, platform.backplane(), events, tools, agents);
    messenger.through(runs);
    runs.start();
    platform.document().onChange(changed -> runs.endWithdrawn());
    RunEntries entries = new RunEntries(resources.audit());
    AgentCalls calls =
        new AgentCalls(
            runs, conversations, platform.section(AgentCatalog::of), deliveries, entries);
    platform.bus().serve(new RunMethods(runs, conversations, calls, entries).handlers());
    platform.bus().serve(new CommandMethods(resources.models()).handlers());
    opened =
        new Opened(
            vertx.getOrCreateContext(),
            runs,
            new ResponseService(link),
            List.copyOf(tools.tools()));
  }

  private RunTools tools(
      RedisLink link,
      ConversationService conversations,
      SessionMessenger messenger,
      Supplier<SessionRules> rules) {
    Supplier<ObjectNode> document = platform::content;
    ModelService models =
        new ModelService(
            vertx,
            document,
            platform.variables(),
            new ModelService.Transport(
                Executors.newVirtualThreadPerTaskExecutor(), platform.egress()),
            platform.clock());
    AuthorityService rights = AuthorityService.open(platform, link, credentials);
    return new RunTools(
        vertx,
        conversations,
        new CompactionService(link, platform.ids(), platform.clock()),
        new SystemEventService(link),
        new TurnService(vertx, models, document, platform.clock(), platform.random()),
        ToolService.all(vertx, platform, link, rights, messenger, resources.skills()),
        rights,
        (sessionKey, model, used) -> count(rules.get(), sessionKey, model, used),
        deliveries,
        name -> models.problem(ModelName.of(name, "")),
        models.limits(),
        platform.clock(),
        platform.random());
  }

  private void count(SessionRules rules, String sessionKey, ModelName model, ModelUsage used) {
    resources
        .usage()
        .record(
            new TokenUse(
                rules.agentOfKey(sessionKey),
                sessionKey,
                model.provider(),
                model.id(),
                used.input(),
                used.output(),
                used.cacheRead(),
                used.cacheWrite(),
                platform.clock().millis()))
        .onFailure(e -> LOG.warn("what a run used is not counted: {}", e.getMessage()));
  }

  /** The runs of this instance, once it is deployed. For {@link #home}, but where it says so. */
  public RunService service() {
    return known().runs();
  }

  /** Which session a response of {@code /v1/responses} belongs to. For {@link #home}. */
  public ResponseService responses() {
    return known().responses();
  }

  /** The tools that agents may use. */
  public List<AgentTool> tools() {
    return known().tools();
  }

  /** The context of the runs. */
  public Context home() {
    return known().home();
  }

  /**
   * Carries a run out. Safe from any context; answers on the caller's.
   *
   * @return fails when it cannot begin
   */
  public Future<RunOutcome> run(RunRequest request, RunReader reader) {
    return there(
        caller ->
            service()
                .submit(request, piece -> caller.runOnContext(here -> reader.said(piece)))
                .compose(
                    submitted ->
                        switch (submitted) {
                          case Submitted.Accepted(long at, Future<RunOutcome> outcome) -> {
                            caller.runOnContext(here -> reader.begun());
                            yield outcome;
                          }
                          case Submitted.Over(RunOutcome outcome) -> {
                            caller.runOnContext(here -> reader.begun());
                            yield Future.succeededFuture(outcome);
                          }
                          case Submitted.InFlight flying ->
                              Future.failedFuture(
                                  GatewayError.unavailable("the run is on its way already"));
                        }));
  }

  /** Does something on the context of the runs, and answers on the caller's. */
  public <T> Future<T> there(Function<Context, Future<T>> work) {
    Context caller = Objects.requireNonNull(Vertx.currentContext(), "not on a context");
    Promise<T> promise = Promise.promise();
    home()
        .runOnContext(
            now -> {
              Future<T> done;
              try {
                done = work.apply(caller);
              } catch (RuntimeException e) {
                done = Future.failedFuture(e);
              }
              done.onComplete(
                  result ->
                      caller.runOnContext(back -> promise.handle(Future.succeededFuture(result))),
                  failed ->
                      caller.runOnContext(back -> promise.handle(Future.failedFuture(failed))));
            });
    return promise.future();
  }

  private Opened known() {
    return Objects.requireNonNull(opened, "not deployed");
  }
}
