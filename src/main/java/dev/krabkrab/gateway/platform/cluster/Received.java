package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage;
import dev.krabkrab.gateway.platform.telemetry.Trace;
import java.util.function.Consumer;

/**
 * A message that arrived.
 *
 * @param from instance that sent it
 * @param trace of its arrival; ends when the handler returns
 * @param answer sends the answer to a request; does nothing for a message that wants none
 */
public record Received<T extends ClusterMessage>(
    String from, T message, Trace trace, Consumer<ClusterMessage> answer) {}
