package dev.krabkrab.gateway.platform.transport;

import java.time.InstantSource;

/**
 * What the connections of one event loop share.
 *
 * @param outbox what may wait for their peers, over all of them
 * @param unfinished what they may hold of messages that are not whole, over all of them
 */
record ConnectionResources(
    OutboxBudget outbox, OutboxBudget unfinished, SocketMetrics metrics, InstantSource clock) {}
