package dev.krabkrab.gateway.control.nodes;

import org.jspecify.annotations.Nullable;

/** A paired device that may connect as a node, with what is stored about it. Protocol 02 §6.2. */
public record PairedNode(
    String nodeId,
    @Nullable String displayName,
    @Nullable String platform,
    @Nullable String remoteIp) {}
