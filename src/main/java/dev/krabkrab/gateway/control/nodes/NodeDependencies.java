package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.access.audit.AuditTrail;

/**
 * What the nodes of an instance need of other features.
 *
 * @param pairing which devices are paired as nodes
 * @param approvals which commands may run
 * @param agents what nodes reach agents by
 * @param names what people call nodes
 * @param sockets the connections of this instance
 */
public record NodeDependencies(
    PairedNodes pairing,
    RunApprovals approvals,
    NodeAgents agents,
    NodePairingStore names,
    NodeSockets sockets,
    AuditTrail audit) {}
