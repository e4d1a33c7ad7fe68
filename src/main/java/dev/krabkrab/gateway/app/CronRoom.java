package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.agents.AgentRules;
import dev.krabkrab.gateway.cron.CronMethods;
import dev.krabkrab.gateway.cron.CronService;
import dev.krabkrab.gateway.heartbeat.HeartbeatMethods;
import dev.krabkrab.gateway.heartbeat.HeartbeatService;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.sessions.SessionRules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** What happens by itself: jobs and heartbeats. */
final class CronRoom {
  private CronRoom() {}

  static Future<CronService> open(Vertx own, Core core, MethodBus bus, AgentTurns turns) {
    RedisLink link = RedisLink.create(own, core.redis());
    SystemEventService events = new SystemEventService(link);
    HeartbeatService heartbeat =
        new HeartbeatService(
            own,
            link,
            events,
            turns,
            () -> core.settings().heartbeat(),
            core.broadcaster(),
            core.ids(),
            core.clock());
    CronService cron =
        new CronService(
            own,
            link,
            core.backplane().instance(),
            core.broadcaster(),
            events,
            heartbeat,
            turns.cron(),
            () -> core.settings().cron(),
            () -> core.settings().sessions(),
            core.ids(),
            core.random());
    heartbeat.measure(core.instruments().heartbeats());
    cron.measure(core.instruments().cron());
    bus.serve(new HeartbeatMethods(heartbeat).handlers());
    bus.serve(
        new CronMethods(
                cron,
                agent ->
                    AgentRules.of(core.document().document().parsed(), SessionRules.agentId(agent))
                        .known())
            .handlers());
    return link.ready()
        .map(
            ready -> {
              heartbeat.start();
              cron.start();
              return cron;
            });
  }
}
