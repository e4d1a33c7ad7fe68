package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * The sources of health and status.
 *
 * @param heartbeat which agents have one
 * @param events the system events that wait in the main session
 * @param contributors the features that take part
 */
public record HealthSources(
    Supplier<HeartbeatSettings> heartbeat,
    Supplier<Future<List<String>>> events,
    List<HealthContributor> contributors) {

  public HealthSources {
    contributors = List.copyOf(contributors);
  }

  /** Looks at all features; answered on the caller's context. */
  Future<HealthFacts> find() {
    Future<HealthFacts> found = Future.succeededFuture(HealthFacts.NONE);
    for (HealthContributor contributor : contributors) {
      found = found.compose(contributor::contribute);
    }
    return found;
  }

  Future<List<String>> queuedEvents() {
    return events.get();
  }
}
