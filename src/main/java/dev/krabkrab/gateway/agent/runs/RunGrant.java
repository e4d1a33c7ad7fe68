package dev.krabkrab.gateway.agent.runs;

/**
 * The right of one instance to carry out a run.
 *
 * @param token what the run may write with
 * @param startedAt when it began, in milliseconds since the epoch
 */
record RunGrant(long token, long startedAt) {}
