package dev.krabkrab.gateway.access.pairing;

import org.jspecify.annotations.Nullable;

/**
 * The origin of a connection, and whether it approves the device without a question.
 *
 * @param approvedVia the way by which this very connection may be approved without a question, or
 *     null
 * @param address whose requests are counted together, such as an IPv4 address or a network
 * @param user who stands behind the device, where that is known, or null
 */
public record Origin(@Nullable ApprovedVia approvedVia, String address, @Nullable String user) {}
