package dev.krabkrab.gateway.agent.usage;

/**
 * The tokens that one answer of a model used. Negative numbers count as 0.
 *
 * @param agentId in its one form
 * @param sessionKey canonical
 * @param provider as in {@code models.providers} of the gateway document
 * @param model its id there
 * @param input tokens read, without those from a cache
 * @param output tokens written
 * @param cacheRead tokens read from a cache
 * @param cacheWrite tokens written to a cache
 * @param atMs when, in milliseconds since 1970
 */
public record TokenUse(
    String agentId,
    String sessionKey,
    String provider,
    String model,
    long input,
    long output,
    long cacheRead,
    long cacheWrite,
    long atMs) {}
