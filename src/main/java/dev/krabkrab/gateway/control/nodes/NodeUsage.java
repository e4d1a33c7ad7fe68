package dev.krabkrab.gateway.control.nodes;

/**
 * How much of the limits of nodes is used on this instance.
 *
 * @param mostInvokesOfCaller invokes that the connection with most of them waits for
 * @param mostSubscriptionsOfNode conversations of the node that follows most of them
 */
public record NodeUsage(int mostInvokesOfCaller, int mostSubscriptionsOfNode) {}
