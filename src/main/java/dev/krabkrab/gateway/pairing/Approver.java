package dev.krabkrab.gateway.pairing;

import dev.krabkrab.gateway.auth.Scope;
import dev.krabkrab.gateway.protocol.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who manages devices, and with what right.
 *
 * @param deviceId null for a connection without a device
 * @param scopes those of the connection
 */
public record Approver(@Nullable String deviceId, List<String> scopes) {

  /** Whether everything may be given away. */
  boolean isAdmin() {
    return scopes.contains(Scope.ADMIN);
  }

  /** The one behind a connection. */
  public static Approver of(Caller caller) {
    return new Approver(caller.deviceId(), List.copyOf(caller.scopes()));
  }
}
