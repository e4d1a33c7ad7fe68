package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.transport.Connection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who a connection is, from what it said and how it was judged. */
final class CallerFactory {
  private CallerFactory() {}

  /** One that asks to come in. */
  static Caller of(
      Connection connection,
      ConnectParams params,
      Locality locality,
      @Nullable String deviceId,
      long nowMs) {
    Set<String> scopes = new LinkedHashSet<>(params.scopes());
    Set<String> caps = new LinkedHashSet<>();
    params.raw().path("caps").forEach(cap -> caps.add(cap.asText()));
    return new Caller(
        connection.id(),
        params.version(),
        params.role().wire(),
        scopes,
        deviceId,
        params.client().path("id").asText(),
        params.client().path("mode").asText(),
        params.clientText("displayName"),
        params.client().path("version").asText(),
        params.client().path("platform").asText(),
        params.clientText("deviceFamily"),
        params.clientText("modelIdentifier"),
        params.clientText("instanceId"),
        caps,
        locality.reportedIp(),
        locality.local(),
        nowMs,
        null);
  }

  /** The same, with what its secret leaves of its scopes, and what its rights rest on. */
  static Caller limited(Caller caller, AdmissionStep.Result.Admitted admitted) {
    return granted(caller, admitted).grounded(grounds(caller, admitted));
  }

  private static Grounds grounds(Caller caller, AdmissionStep.Result.Admitted admitted) {
    Credential credential = admitted.credential();
    return new Grounds(
        admitted.generation() == 0 ? null : caller.deviceId(),
        admitted.generation(),
        credential == null ? null : credential.id(),
        credential == null ? Grounds.NEVER : credential.expiresAtMs());
  }

  private static Caller granted(Caller caller, AdmissionStep.Result.Admitted admitted) {
    Set<String> granted = new LinkedHashSet<>(admitted.scopes());
    Credential credential = admitted.credential();
    if (credential == null) {
      return granted.equals(caller.scopes()) ? caller : caller.limited(granted, null);
    }
    return caller.limited(granted, credential.id());
  }
}
