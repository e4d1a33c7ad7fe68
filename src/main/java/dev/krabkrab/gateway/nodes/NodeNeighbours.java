package dev.krabkrab.gateway.nodes;

import dev.krabkrab.gateway.audit.AuditTrail;

/** What the nodes room needs from others. */
public record NodeNeighbours(
    PairedNodes pairing,
    RunApprovals approvals,
    SystemEvents systemEvents,
    AgentRequests agents,
    NodePairingStore names,
    NodeSockets sockets,
    AuditTrail audit) {}
