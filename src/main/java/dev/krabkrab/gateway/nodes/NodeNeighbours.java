package dev.krabkrab.gateway.nodes;

import dev.krabkrab.gateway.audit.AuditTrail;
import java.util.function.UnaryOperator;

/**
 * What the nodes room needs from others.
 *
 * @param sessionKey the one form of a session's key; fails for one that cannot be used
 */
public record NodeNeighbours(
    PairedNodes pairing,
    RunApprovals approvals,
    SystemEvents systemEvents,
    AgentRequests agents,
    UnaryOperator<String> sessionKey,
    NodePairingStore names,
    NodeSockets sockets,
    AuditTrail audit) {}
