package dev.krabkrab.gateway.agent.heartbeat;

import java.util.function.Supplier;

/**
 * The collaborators of heartbeats.
 *
 * @param settings whose they are, as the gateway document says now
 * @param events what has happened, for an agent to look at
 * @param turns lets an agent look
 */
public record HeartbeatSources(
    Supplier<HeartbeatSettings> settings, SystemEventService events, HeartbeatTurns turns) {}
