package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.Scope;
import dev.krabkrab.gateway.platform.protocol.Caller;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A caller that manages devices, and the right by which it does.
 *
 * @param deviceId null for a connection without a device
 * @param name how people know it, or null
 * @param scopes those of the connection
 */
public record Approver(@Nullable String deviceId, @Nullable String name, List<String> scopes) {

  /** Whether everything may be given away. */
  boolean isAdmin() {
    return scopes.contains(Scope.ADMIN);
  }

  /** The same with more scopes. */
  Approver with(List<String> more) {
    return new Approver(
        deviceId, name, Stream.concat(scopes.stream(), more.stream()).distinct().toList());
  }

  /** The one behind a connection. */
  public static Approver of(Caller caller) {
    String user = caller.credential() == null ? null : Credential.nameOf(caller.credential());
    String name = user == null ? caller.displayName() : user;
    return new Approver(caller.deviceId(), name, List.copyOf(caller.scopes()));
  }
}
