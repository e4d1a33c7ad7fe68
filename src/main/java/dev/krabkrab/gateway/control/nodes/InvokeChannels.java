package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.cluster.Backplane;

/**
 * The ways on which an invoke reaches its node.
 *
 * @param backplane leads to another instance
 * @param sockets are those of this instance
 */
record InvokeChannels(Backplane backplane, NodeSockets sockets) {}
