package dev.krabkrab.gateway.access.presence;

/**
 * The presence list as Redis has it and as this instance shows it, with what orders its changes.
 *
 * @param view the lines that this instance knows
 * @param store the lines in Redis
 * @param versions the numbers of the latest changes
 * @param time the clock of Redis, which dates the lines of all instances
 */
record PresenceState(
    PresenceView view, PresenceStore store, StateVersions versions, RedisTime time) {}
