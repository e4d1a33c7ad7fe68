package dev.krabkrab.gateway.edge.health;

import io.vertx.core.Future;

/** A feature's part of what health and status tell. Protocol 03 §1, §2. */
@FunctionalInterface
public interface HealthContributor {
  /**
   * Looks at the feature.
   *
   * @param facts what the others told
   * @return the same with this feature's part; fails when it cannot tell
   */
  Future<HealthFacts> contribute(HealthFacts facts);
}
