package dev.krabkrab.gateway.edge.health;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.agent.sessions.SessionService;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/** The sessions' part of health and status: their number, the latest ones, and their models. */
public record SessionHealth(SessionService sessions, Supplier<SessionRules> rules)
    implements HealthContributor {
  private static final int RECENT = 10;

  @Override
  public Future<HealthFacts> contribute(HealthFacts facts) {
    Future<Long> count = sessions.count();
    Future<List<JsonNode>> recent = sessions.recent(RECENT);
    return Future.all(count, recent)
        .map(found -> facts.withSessions(count.result(), recent.result(), rules.get()));
  }
}
