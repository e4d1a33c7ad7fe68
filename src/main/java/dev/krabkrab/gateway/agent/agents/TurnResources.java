package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelService;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The resources that all turns of an instance share.
 *
 * @param document the gateway document in force
 * @param random spreads the attempts to reach a model
 */
record TurnResources(
    ModelService models,
    Supplier<ObjectNode> document,
    InstantSource clock,
    RandomGenerator random) {}
