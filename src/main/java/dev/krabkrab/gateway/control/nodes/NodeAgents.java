package dev.krabkrab.gateway.control.nodes;

import java.util.function.UnaryOperator;

/**
 * What nodes reach agents by.
 *
 * @param events the queue of things that happened
 * @param requests what nodes ask agents for
 * @param sessionKey the one form of a session's key; fails for one that cannot be used
 */
public record NodeAgents(
    SystemEvents events, AgentRequests requests, UnaryOperator<String> sessionKey) {}
