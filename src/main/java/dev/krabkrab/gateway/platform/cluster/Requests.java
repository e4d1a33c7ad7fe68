package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;

/** The questions of this instance that wait for an answer. Used on the backplane's context only. */
final class Requests {
  private final Map<Long, Promise<ClusterMessage>> waiting = new HashMap<>();
  private long last;

  /** Enters one; the number is its name on the way there and back. */
  long enter(Promise<ClusterMessage> answer) {
    waiting.put(++last, answer);
    return last;
  }

  /** Takes an answer; of no effect when nobody waits for it any more. */
  void answered(long number, ClusterMessage answer) {
    Promise<ClusterMessage> promise = waiting.remove(number);
    if (promise != null) {
      promise.tryComplete(answer);
    }
  }

  /** Whoever was to answer is gone or silent. */
  void gone(long number, String instance) {
    Promise<ClusterMessage> promise = waiting.remove(number);
    if (promise != null) {
      promise.tryFail(new InstanceGoneException(instance));
    }
  }
}
