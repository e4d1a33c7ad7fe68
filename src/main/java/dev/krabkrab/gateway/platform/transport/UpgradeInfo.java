package dev.krabkrab.gateway.platform.transport;

import io.vertx.core.MultiMap;

/**
 * What the HTTP upgrade said about the peer. Protocol 01b §4.4.
 *
 * @param peer whom the socket comes from
 * @param headers the upgrade request's headers
 * @param target of its request line, as it was sent
 */
public record UpgradeInfo(PeerAddress peer, MultiMap headers, String target) {}
