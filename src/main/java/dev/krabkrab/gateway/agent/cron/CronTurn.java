package dev.krabkrab.gateway.agent.cron;

import dev.krabkrab.gateway.platform.protocol.Grounds;
import org.jspecify.annotations.Nullable;

/**
 * An agent's turn that a job asks for.
 *
 * @param jobId of the job
 * @param agentId the agent
 * @param sessionKey the conversation, {@code agent:<agentId>:cron:<jobId>}
 * @param message the prompt
 * @param model what it runs on, or null for the agent's own
 * @param thinking level, or null for the usual one
 * @param timeoutSeconds longest time for it; the job gives it up a little later
 * @param deliver whether the answer goes to a channel; null leaves it to {@code channel} and {@code
 *     to}
 * @param channel where to, {@code last} for the one used last, or null
 * @param to whom there, or null
 * @param bestEffortDeliver an answer that cannot be delivered is no failure
 * @param user whoever made the job, as those who decide and those who ask are compared, or null
 * @param grounds what the rights of whoever made the job rest on
 */
public record CronTurn(
    String jobId,
    String agentId,
    String sessionKey,
    String message,
    @Nullable String model,
    @Nullable String thinking,
    int timeoutSeconds,
    @Nullable Boolean deliver,
    @Nullable String channel,
    @Nullable String to,
    boolean bestEffortDeliver,
    @Nullable String user,
    Grounds grounds) {}
