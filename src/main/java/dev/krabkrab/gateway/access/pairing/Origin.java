package dev.krabkrab.gateway.access.pairing;

import org.jspecify.annotations.Nullable;

/**
 * Where a device asks from, and whether that lets it in unasked.
 *
 * @param unasked by what this very connection may be approved without a question, or null
 * @param address whose requests are counted together, such as an IPv4 address or a network
 * @param user who stands behind the device, where that is known, or null
 */
public record Origin(@Nullable ApprovedVia unasked, String address, @Nullable String user) {}
