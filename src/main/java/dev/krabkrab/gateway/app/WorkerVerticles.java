package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.audit.AuditSettings;
import dev.krabkrab.gateway.access.audit.AuditVerticle;
import dev.krabkrab.gateway.access.pairing.NodeRoleService;
import dev.krabkrab.gateway.access.pairing.PairingEvents;
import dev.krabkrab.gateway.access.pairing.PairingJson;
import dev.krabkrab.gateway.access.pairing.PairingVerticle;
import dev.krabkrab.gateway.access.presence.GatewayFacts;
import dev.krabkrab.gateway.access.presence.PresenceVerticle;
import dev.krabkrab.gateway.agent.agents.AgentVerticle;
import dev.krabkrab.gateway.agent.chat.ChatVerticle;
import dev.krabkrab.gateway.agent.cron.AgentTurns;
import dev.krabkrab.gateway.agent.cron.CronVerticle;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.agent.media.MediaFile;
import dev.krabkrab.gateway.agent.media.MediaService;
import dev.krabkrab.gateway.agent.media.MediaVerticle;
import dev.krabkrab.gateway.agent.models.ModelVerticle;
import dev.krabkrab.gateway.agent.runs.NodeAgentRequests;
import dev.krabkrab.gateway.agent.runs.RunDeliveries;
import dev.krabkrab.gateway.agent.runs.RunVerticle;
import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.agent.sessions.SessionBroadcast;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.agent.sessions.SessionVerticle;
import dev.krabkrab.gateway.agent.skills.SkillVerticle;
import dev.krabkrab.gateway.agent.usage.UsageVerticle;
import dev.krabkrab.gateway.agent.voice.VoiceVerticle;
import dev.krabkrab.gateway.agent.wizard.WizardVerticle;
import dev.krabkrab.gateway.channel.ChannelVerticle;
import dev.krabkrab.gateway.control.approvals.ApprovalVerticle;
import dev.krabkrab.gateway.control.browser.BrowserVerticle;
import dev.krabkrab.gateway.control.logs.LogVerticle;
import dev.krabkrab.gateway.control.nodes.CommandPolicy;
import dev.krabkrab.gateway.control.nodes.NodePolicySettings;
import dev.krabkrab.gateway.control.nodes.NodeVerticle;
import dev.krabkrab.gateway.edge.health.ChannelHealth;
import dev.krabkrab.gateway.edge.health.HealthVerticle;
import dev.krabkrab.gateway.edge.health.SessionHealth;
import dev.krabkrab.gateway.edge.http.AgentServices;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.rpc.ConnectionObserver;
import dev.krabkrab.gateway.platform.settings.SettingsVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The worker verticles of one instance, deployed in the order in which they need each other:
 * access, control, agent, channel, edge.
 */
final class WorkerVerticles {
  private final Vertx vertx;
  private final Core core;
  private final Platform platform;
  private final String version;

  private final AuditVerticle audit;
  private final MediaVerticle media;
  private final UsageVerticle usage;
  private final ModelVerticle models;
  private final SettingsVerticle settings;
  private final PairingJson shown;
  private @Nullable PresenceVerticle presence;
  private @Nullable PairingVerticle pairing;
  private @Nullable ChannelVerticle channels;
  private @Nullable SkillVerticle skills;
  private @Nullable ApprovalVerticle approvals;
  private @Nullable NodeVerticle nodes;
  private @Nullable VoiceVerticle voice;
  private @Nullable RunVerticle runs;
  private @Nullable AgentServices agents;
  private @Nullable CronVerticle cron;
  private @Nullable HealthVerticle health;

  WorkerVerticles(Vertx vertx, Core core, String version) {
    this.vertx = vertx;
    this.core = core;
    this.platform = core.platform();
    this.version = version;
    this.audit =
        new AuditVerticle(
            platform, platform.section(AuditSettings::of), core.instruments().audit());
    this.media = new MediaVerticle(platform);
    this.usage = new UsageVerticle(platform);
    this.models = new ModelVerticle(platform);
    this.settings =
        new SettingsVerticle(
            platform.document(),
            platform.bus(),
            platform.clock(),
            DocumentRules.surroundings(core, audit::service),
            version);
    this.shown = shown(core);
  }

  /** Shows pairing records with the commands that the settings allow. */
  static PairingJson shown(Core core) {
    CommandPolicy policy = new CommandPolicy(core.platform().section(NodePolicySettings::of));
    return new PairingJson(policy::declared);
  }

  /** Deploys them; complete when all serve. */
  Future<WorkerVerticles> deploy() {
    return deploy(audit)
        .compose(up -> deployFoundations())
        .compose(up -> deployAccess())
        .compose(up -> deployControl())
        .compose(up -> deployAgents())
        .compose(up -> deployEdge())
        .onSuccess(up -> listen())
        .map(this);
  }

  private Future<?> deploy(Deployable... verticles) {
    return Future.all(Stream.of(verticles).map(vertx::deployVerticle).toList());
  }

  /** What needs nothing but the platform and the audit trail. */
  private Future<?> deployFoundations() {
    LogVerticle logs = new LogVerticle(platform, () -> core.auth().get().secrets().given());
    return vertx
        .executeBlocking(() -> GatewayFacts.ofThisHost(version, System.getenv()))
        .compose(
            facts -> {
              presence =
                  new PresenceVerticle(
                      platform,
                      Objects.requireNonNull(facts),
                      link -> SystemEventService.ofMainSession(platform, link));
              return deploy(
                  presence, media, usage, settings, models, logs, new AgentVerticle(platform));
            });
  }

  private Future<?> deployAccess() {
    pairing =
        new PairingVerticle(
            platform, audit.service(), shown, () -> presence().service().connected());
    AuditedPeople people = new AuditedPeople(audit.service());
    channels =
        new ChannelVerticle(
            platform, people, new DocumentAccess(settings), core.instruments().channels());
    skills = new SkillVerticle(platform, core.plan().settings().skillsDir(), settings.changes());
    return deploy(pairing, channels, skills, new WizardVerticle(platform, settings.changes()));
  }

  private Future<?> deployControl() {
    approvals =
        new ApprovalVerticle(
            platform,
            audit,
            Objects.requireNonNull(pairing)::label,
            core.instruments().approvals());
    PairingEvents events = new PairingEvents(platform.broadcaster(), shown);
    return deploy(approvals)
        .compose(
            up -> {
              nodes =
                  new NodeVerticle(
                      platform,
                      audit.service(),
                      approvals().service(),
                      link -> new NodeRoleService(link, events),
                      link -> NodeAgentRequests.of(platform, link, deliveries()),
                      core.instruments().invokes());
              return deploy(nodes);
            })
        .compose(
            up ->
                deploy(
                    new BrowserVerticle(
                        platform,
                        nodes().asking(),
                        (type, content, extension, lifeMs) ->
                            media
                                .service()
                                .keep(new MediaFile(type, content), extension, lifeMs))));
  }

  private Future<?> deployAgents() {
    ConversationEvents events = new SessionBroadcast(platform, nodes().service());
    KnownCredentials known =
        new KnownCredentials(core.auth(), platform::content, channels().channels());
    nodes().restOn(known);
    voice = new VoiceVerticle(platform, nodes().service(), media.service());
    runs =
        new RunVerticle(
            platform,
            events,
            deliveries(),
            new RunVerticle.Resources(
                Objects.requireNonNull(skills).service(),
                usage.service(),
                models::available,
                audit.service()),
            known);
    agents = new AgentServices(platform, runs, deliveries());
    AgentTurns turns = new AgentTurns(platform, runs, deliveries());
    CronVerticle jobs =
        new CronVerticle(
            platform,
            audit.service(),
            known,
            new CronVerticle.Turns(turns, turns.cron()),
            new CronVerticle.Metrics(core.instruments().heartbeats(), core.instruments().cron()));
    cron = jobs;
    return deploy(
            voice, runs, new SessionVerticle(platform, events), new ChatVerticle(platform, events))
        .compose(up -> deploy(jobs));
  }

  private Future<?> deployEdge() {
    health =
        new HealthVerticle(
            platform,
            presence().service(),
            platform.section(HeartbeatSettings::of),
            List.of(
                new ChannelHealth(channels().channels()),
                new SessionHealth(channels().sessions(), platform.section(SessionRules::of))));
    return deploy(health);
  }

  /** Begins to listen to people in channels, and forwards approvals to them. */
  private void listen() {
    channels()
        .listen(
            new ChannelCommandService(
                agents(),
                channels().conversations(),
                channels().channels(),
                platform.calls(),
                platform.clock()));
    approvals().service().follow(new ForwardedApprovals(channels()));
  }

  private RunDeliveries deliveries() {
    return new ChannelReplies(vertx, channels(), platform.random());
  }

  /** Who follows connections. */
  List<ConnectionObserver> observers() {
    return List.of(
        approvals().service(),
        presence().service(),
        nodes().connections(),
        Objects.requireNonNull(voice).connections());
  }

  AuditVerticle audit() {
    return audit;
  }

  MediaService media() {
    return media.service();
  }

  PresenceVerticle presence() {
    return Objects.requireNonNull(presence);
  }

  ApprovalVerticle approvals() {
    return Objects.requireNonNull(approvals);
  }

  NodeVerticle nodes() {
    return Objects.requireNonNull(nodes);
  }

  RunVerticle runs() {
    return Objects.requireNonNull(runs);
  }

  AgentServices agents() {
    return Objects.requireNonNull(agents);
  }

  CronVerticle cron() {
    return Objects.requireNonNull(cron);
  }

  ChannelVerticle channels() {
    return Objects.requireNonNull(channels);
  }

  HealthVerticle health() {
    return Objects.requireNonNull(health);
  }
}
