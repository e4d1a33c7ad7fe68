package dev.krabkrab.gateway.edge.health;

import io.vertx.core.Future;

/** A feature's part of health and status. Protocol 03 §1, §2. */
@FunctionalInterface
public interface HealthContributor {
  /**
   * Looks at the feature.
   *
   * @param facts of the others
   * @return the same with this feature's part; fails when it is not known
   */
  Future<HealthFacts> contribute(HealthFacts facts);
}
