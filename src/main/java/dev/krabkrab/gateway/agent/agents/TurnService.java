package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelService;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Lets agents answer. Made on, and for, one context. */
public final class TurnService {
  private final Vertx vertx;
  private final TurnResources resources;

  /**
   * @param document the gateway document in force
   */
  public TurnService(
      Vertx vertx,
      ModelService models,
      Supplier<ObjectNode> document,
      InstantSource clock,
      RandomGenerator random) {
    this.vertx = vertx;
    this.resources = new TurnResources(models, document, clock, random);
  }

  /** Begins a turn. */
  public RunningTurn begin(TurnRequest request, TurnListener listener) {
    return new Turn(vertx, resources, request, listener).begin();
  }
}
