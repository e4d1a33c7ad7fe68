package dev.krabkrab.gateway.control.nodes;

/**
 * Where the nodes of the cluster are connected.
 *
 * @param store the truth, in Redis
 * @param directory what this instance knows of it
 * @param registrar enters the nodes of this instance, and takes them out
 */
record NodeRoutes(NodeStore store, NodeDirectory directory, NodeRegistrar registrar) {}
