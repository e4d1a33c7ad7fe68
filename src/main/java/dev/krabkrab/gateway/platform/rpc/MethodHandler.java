package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;

/** Does the work of one method. */
@FunctionalInterface
public interface MethodHandler {
  /**
   * Answers a call whose caller and parameters have been checked.
   *
   * @return the payload; a failure with {@link dev.krabkrab.gateway.platform.protocol.GatewayError}
   *     is answered as it says, any other failure is answered {@code UNAVAILABLE} and logged
   */
  Future<JsonText> handle(Call call);
}
