package dev.krabkrab.gateway.agent.cron;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.CredentialStanding;
import dev.krabkrab.gateway.agent.agents.AgentRules;
import dev.krabkrab.gateway.agent.agents.AuthorityService;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatMetrics;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatService;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSources;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatTurns;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs what happens by itself, jobs and heartbeats, and serves {@code cron.*}, {@code wake} and the
 * methods of heartbeats. Protocol 03 §21, §22.2, 05 §17.
 */
public final class CronVerticle extends FeatureVerticle {
  private final AuditTrail audit;
  private final CredentialStanding credentials;
  private final Turns turns;
  private final Metrics metrics;
  private @Nullable HeartbeatService heartbeat;
  private @Nullable CronService service;

  /** Run the turns that heartbeats are, and those that jobs ask for. */
  public record Turns(HeartbeatTurns heartbeats, CronTurns jobs) {}

  /** Count heartbeats and jobs. */
  public record Metrics(HeartbeatMetrics heartbeats, CronMetrics jobs) {}

  /**
   * @param credentials whether named tokens, users and people in channels are what they were
   */
  public CronVerticle(
      Platform platform,
      AuditTrail audit,
      CredentialStanding credentials,
      Turns turns,
      Metrics metrics) {
    super(platform);
    this.audit = audit;
    this.credentials = credentials;
    this.turns = turns;
    this.metrics = metrics;
  }

  @Override
  protected void open(RedisLink link) {
    SystemEventService events = new SystemEventService(link);
    HeartbeatService beating =
        new HeartbeatService(
            vertx,
            link,
            new HeartbeatSources(
                platform.section(HeartbeatSettings::of), events, turns.heartbeats()),
            platform.broadcaster(),
            platform.ids(),
            platform.clock());
    AuthorityService rights = AuthorityService.open(platform, link, credentials);
    CronService opened =
        new CronService(
            vertx, link, platform, events, beating, new CronTurns.Rights(turns.jobs(), rights));
    beating.measure(metrics.heartbeats());
    opened.measure(metrics.jobs());
    platform.bus().serve(beating.methods());
    platform
        .bus()
        .serve(
            new CronMethods(
                    opened,
                    agent -> AgentRules.of(platform.content(), SessionRules.agentId(agent)).known(),
                    audit)
                .handlers());
    heartbeat = beating;
    service = opened;
  }

  @Override
  protected Future<?> begin() {
    Objects.requireNonNull(heartbeat).start();
    service().start();
    return Future.succeededFuture();
  }

  /** The jobs, once it is deployed. */
  public CronService service() {
    return Objects.requireNonNull(service, "not deployed");
  }
}
