package dev.krabkrab.gateway.agent.runs;

/**
 * What happens while a run waits for somebody's decision.
 *
 * @param slots a run gives its own up meanwhile
 * @param notices people are told what it waits for
 */
record RunPauses(RunSlots slots, ApprovalNotices notices) {}
