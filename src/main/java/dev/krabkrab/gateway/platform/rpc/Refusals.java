package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.Caller;
import org.jspecify.annotations.Nullable;

/** Hears who was turned away. Told on any event loop: an implementation does not block. */
public interface Refusals {
  /** Hears nothing. */
  Refusals NONE =
      new Refusals() {
        @Override
        public void connect(String address, @Nullable Caller caller, String reason) {}

        @Override
        public void call(Caller caller, String method, String reason) {}
      };

  /**
   * A connection was refused.
   *
   * @param address of the client, as far as proxies are believed; of an IPv6 client, its network
   * @param caller the client, once its device is verified
   * @param reason a short name
   */
  void connect(String address, @Nullable Caller caller, String reason);

  /**
   * A call was refused for want of a role or scope.
   *
   * @param reason what is missing
   */
  void call(Caller caller, String method, String reason);
}
