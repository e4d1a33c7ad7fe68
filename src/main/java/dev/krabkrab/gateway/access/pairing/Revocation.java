package dev.krabkrab.gateway.access.pairing;

/**
 * A token that works no more. Protocol 01c §7.4.
 *
 * @param revokedAtMs by the clock of Redis
 * @param generation what was let in under an older one has to go
 */
public record Revocation(long revokedAtMs, long generation) {}
