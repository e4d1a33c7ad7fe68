package dev.krabkrab.gateway.access.auth;

/**
 * What other instances should know about a wrong secret.
 *
 * @param subject the address, or network, it came from
 * @param suspectMs how long Redis is read before a secret from there is looked at
 * @param lockedMs how long no secret from there is looked at, 0 when it is not locked out
 */
public record RateLimitMessage(String subject, long suspectMs, long lockedMs) {}
