package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends what comes of runs to people, besides telling clients. Safe from any thread. */
public interface RunDeliveries {
  /**
   * Takes on what a run came to, once for each run; how it gets there is not the run's business any
   * more.
   *
   * @param request with where to
   */
  void deliver(RunRequest request, RunOutcome outcome);

  /**
   * Says something to whoever waits for an answer, at most once in each chat for what it is about;
   * it may be lost.
   *
   * @param about such as the run that holds others up
   * @param request with where to
   */
  void notice(String about, RunRequest request, String text);

  /**
   * Takes on a text of the gateway itself.
   *
   * @param id once for each
   * @return complete when it is taken on; fails when Redis is away
   */
  Future<Void> deliver(String id, DeliveryContext way, String text);

  /** The way that a conversation itself was last used by. */
  Future<Optional<DeliveryContext>> last(String sessionKey);

  /** Whether there is a channel of that id, set up or not. */
  boolean knows(String channel);

  /**
   * Finds the way to somebody.
   *
   * @param channel null or {@code last} for the one that the conversation, or the agent's main one,
   *     used last
   * @param to null for whom was written to last
   * @param sessionKey the conversation, canonical
   * @return fails with {@link IllegalArgumentException} when there is none
   */
  Future<DeliveryContext> way(
      @Nullable String channel, @Nullable String to, @Nullable String accountId, String sessionKey);
}
