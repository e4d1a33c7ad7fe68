package dev.krabkrab.gateway.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.models.ModelService;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Lets agents answer. Made on, and for, one context. */
public final class TurnService {
  private final Vertx vertx;
  private final ModelService models;
  private final Supplier<ObjectNode> document;
  private final InstantSource clock;
  private final RandomGenerator random;

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
    this.models = models;
    this.document = document;
    this.clock = clock;
    this.random = random;
  }

  /** Begins a turn. */
  public RunningTurn begin(TurnRequest request, TurnListener listener) {
    return new Turn(vertx, models, document, clock, random, request, listener).begin();
  }
}
