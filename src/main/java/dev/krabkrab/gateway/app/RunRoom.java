package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentRules;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.agents.TurnService;
import dev.krabkrab.gateway.approvals.RuleCandidates;
import dev.krabkrab.gateway.chat.ConversationEvents;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.media.MediaFile;
import dev.krabkrab.gateway.media.MediaService;
import dev.krabkrab.gateway.models.ModelMethods;
import dev.krabkrab.gateway.models.ModelService;
import dev.krabkrab.gateway.models.ModelUsage;
import dev.krabkrab.gateway.nodes.NodeService;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.InternalCalls;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.runs.AgentCalls;
import dev.krabkrab.gateway.runs.CommandMethods;
import dev.krabkrab.gateway.runs.ResponseService;
import dev.krabkrab.gateway.runs.RunDeliveries;
import dev.krabkrab.gateway.runs.RunMethods;
import dev.krabkrab.gateway.runs.RunService;
import dev.krabkrab.gateway.runs.RunTools;
import dev.krabkrab.gateway.sessions.CompactionService;
import dev.krabkrab.gateway.sessions.ConversationService;
import dev.krabkrab.gateway.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.sessions.SessionService;
import dev.krabkrab.gateway.skills.SkillService;
import dev.krabkrab.gateway.tools.CallTool;
import dev.krabkrab.gateway.tools.CronAddTool;
import dev.krabkrab.gateway.tools.ExecTool;
import dev.krabkrab.gateway.tools.GatewayTool;
import dev.krabkrab.gateway.tools.HttpFetchTool;
import dev.krabkrab.gateway.tools.NodeTool;
import dev.krabkrab.gateway.tools.SessionSendTool;
import dev.krabkrab.gateway.tools.SkillTool;
import dev.krabkrab.gateway.tools.ToolRights;
import dev.krabkrab.gateway.usage.TokenUse;
import dev.krabkrab.gateway.usage.UsageRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs and the agents that carry them out, with a loop and a connection of their own. */
final class RunRoom {
  private static final Logger LOG = LoggerFactory.getLogger(RunRoom.class);

  /** How long people find what nodes recorded. */
  private static final long FILES_MS = 3_600_000;

  private RunRoom() {}

  /** What others need of it. */
  record Opened(RunService runs, AgentWork work) {}

  static Future<Opened> open(
      Vertx own,
      Core core,
      MethodBus bus,
      NodeService nodes,
      InfoRoom info,
      RunDeliveries deliveries) {
    RedisLink link = RedisLink.create(own, core.redis());
    Supplier<ObjectNode> document = () -> core.document().document().parsed();
    SessionService sessions =
        new SessionService(link, () -> core.settings().sessions(), core.ids(), core.clock());
    ConversationService conversations =
        new ConversationService(
            sessions, link, () -> core.settings().sessions(), core.ids(), core.clock());
    ConversationEvents events = new SessionNews(core, nodes);
    conversations.onSaid(events::said);
    ModelService models =
        new ModelService(
            own,
            document,
            core.variables(),
            Executors.newVirtualThreadPerTaskExecutor(),
            core.clock());
    InternalCalls calls = new InternalCalls(bus, core.ids());
    SessionPost post = new SessionPost(conversations, core.ids());
    RunTools tools =
        new RunTools(
            own,
            conversations,
            new CompactionService(link, core.ids(), core.clock()),
            new SystemEventService(link),
            new TurnService(own, models, document, core.clock(), core.random()),
            tools(
                own,
                calls,
                document,
                core,
                post,
                new MediaService(link, core.ids()),
                info.skills()),
            (sessionKey, model, used) -> note(core, info.usage(), sessionKey, model, used),
            deliveries,
            name -> models.problem(ModelName.of(name, "")),
            models.limits(),
            core.clock());
    RunService runs =
        new RunService(
            link, core.backplane(), events, tools, agent -> AgentRules.of(document.get(), agent));
    post.through(runs);
    runs.start();
    bus.serve(
        new RunMethods(
                runs,
                conversations,
                new AgentCalls(runs, conversations, () -> core.settings().agents(), deliveries))
            .handlers());
    ModelMethods catalog =
        new ModelMethods(() -> core.settings().models(), document, core.variables(), core.clock());
    bus.serve(new CommandMethods(catalog::available).handlers());
    AgentWork work =
        new AgentWork(
            own,
            runs,
            new ResponseService(link),
            tools.tools(),
            () -> core.settings().sessions(),
            agent -> AgentRules.of(document.get(), agent),
            (text, now) -> wake(core, calls, text, now),
            deliveries,
            core.ids());
    return link.ready().map(new Opened(runs, work));
  }

  private static Future<Void> wake(Core core, InternalCalls calls, String text, boolean now) {
    Caller hook =
        Caller.inside("hook", "gateway-hooks", Set.of("operator.write"), core.clock().millis());
    ObjectNode params = Json.object().put("text", text).put("mode", now ? "now" : "next-heartbeat");
    return calls.call("wake", hook, params, () -> true).mapEmpty();
  }

  private static void note(
      Core core, UsageRecorder usage, String sessionKey, ModelName model, ModelUsage used) {
    usage
        .record(
            new TokenUse(
                core.settings().sessions().agentOfKey(sessionKey),
                sessionKey,
                model.provider(),
                model.id(),
                used.input(),
                used.output(),
                used.cacheRead(),
                used.cacheWrite(),
                core.clock().millis()))
        .onFailure(e -> LOG.warn("what a run used is not counted: {}", e.getMessage()));
  }

  private static List<AgentTool> tools(
      Vertx own,
      InternalCalls calls,
      Supplier<ObjectNode> document,
      Core core,
      SessionPost post,
      MediaService media,
      SkillService skills) {
    List<GatewayTool> all = new ArrayList<>(CallTool.all(calls, core.clock()));
    all.add(new ExecTool(calls, document, core.clock(), core.ids(), RuleCandidates::contains));
    all.addAll(
        NodeTool.all(
            calls,
            core.clock(),
            core.ids(),
            (format, content) ->
                media.keep(
                    new MediaFile(mediaType(format), Buffer.buffer(content)), format, FILES_MS)));
    all.add(new SessionSendTool(post, document));
    all.add(new CronAddTool(calls, core.clock()));
    all.add(HttpFetchTool.create(own, document, core.ids()));
    all.add(new SkillTool(skills));
    return ToolRights.guarded(all);
  }

  private static String mediaType(String format) {
    return switch (format) {
      case "mp4" -> "video/mp4";
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      default -> "application/octet-stream";
    };
  }
}
