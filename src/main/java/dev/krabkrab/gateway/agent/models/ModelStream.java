package dev.krabkrab.gateway.agent.models;

import io.vertx.core.Future;
import java.util.function.Consumer;

/** Asks a model. */
public interface ModelStream {
  /** An answer on its way. */
  interface PendingAnswer {
    /** Fails with {@link ModelFailure}; not at all, once it is given up. */
    Future<ModelAnswer> answer();

    /** Nobody wants the rest; of no effect afterwards. */
    void giveUp();
  }

  /**
   * Asks.
   *
   * @param onText pieces of the answer as they come, on the calling context
   */
  PendingAnswer ask(ModelRequest request, Consumer<String> onText);
}
