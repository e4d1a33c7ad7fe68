package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import org.jspecify.annotations.Nullable;

/** The way back to the socket a request came from; safe from any thread, silent once it is gone. */
public interface ReplySink {
  void ok(JsonText payload);

  void failed(ErrorShape error);

  /** The same with a payload beside the error. */
  default void failed(ErrorShape error, @Nullable JsonText payload) {
    failed(error);
  }

  /** False once the caller's socket is gone: an answer would reach nobody. */
  boolean open();
}
