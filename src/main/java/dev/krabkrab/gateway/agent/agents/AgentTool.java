package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/** Something an agent can do besides talking. */
public interface AgentTool {
  /** The run that a tool works for. */
  @FunctionalInterface
  interface Run {
    /** Whether nobody waits for the result any more. */
    boolean isOver();

    /** Waits for what people or other runs decide; other runs may work in its place meanwhile. */
    default <T> Future<T> waiting(Supplier<Future<T>> decision) {
      return decision.get();
    }

    /** The same for an approval: people who wait for the session's answers are notified. */
    default <T> Future<T> waitingForApproval(Supplier<Future<T>> decision) {
      return waiting(decision);
    }
  }

  /**
   * For whom a tool works.
   *
   * @param sessionKey canonical
   * @param agentId whose run it is
   * @param runId of the run
   * @param via sessions whose runs led to this one, the first one first
   * @param authority on whose behalf
   */
  record Use(
      String sessionKey,
      String agentId,
      String runId,
      List<String> via,
      Authority authority,
      Run run) {
    public Use {
      via = List.copyOf(via);
    }
  }

  /**
   * A picture that the model sees.
   *
   * @param data in base64
   */
  record Image(String mimeType, String data) {}

  /**
   * The result of a call.
   *
   * @param text what the model reads
   * @param details for people, an object
   * @param failed the model learns that it did not work
   */
  record Result(String text, ObjectNode details, boolean failed, List<Image> images) {
    public Result {
      images = List.copyOf(images);
    }

    /** A result without pictures. */
    public Result(String text, ObjectNode details, boolean failed) {
      this(text, details, failed, List.of());
    }

    /** It worked. */
    public static Result done(String text) {
      return new Result(text, Json.object().put("status", "completed"), false);
    }

    public static Result failed(String text) {
      return new Result(text, Json.object().put("status", "failed"), true);
    }
  }

  /** Whether the requester carries it out: a turn ends with its call. */
  default boolean isOfClient() {
    return false;
  }

  /** As models call it. */
  String name();

  /** What it does, for the model. */
  String description();

  /** JSON Schema of its arguments, an object. */
  ObjectNode parameters();

  /**
   * Does it.
   *
   * @return a failed future is passed to the model like a failed result
   */
  Future<Result> call(Use use, ObjectNode arguments);
}
