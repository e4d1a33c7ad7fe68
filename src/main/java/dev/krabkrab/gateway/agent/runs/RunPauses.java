package dev.krabkrab.gateway.agent.runs;

/**
 * The side effects of a run that waits for a decision.
 *
 * @param slots a run gives its own up meanwhile
 * @param notices notify people of what it waits for
 */
record RunPauses(RunSlots slots, ApprovalNotices notices) {}
