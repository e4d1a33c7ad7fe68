package dev.krabkrab.gateway.access.auth;

import io.vertx.core.Future;

/** Whether what somebody came with is good still, by the id of it. Safe from any thread. */
@FunctionalInterface
public interface CredentialStanding {
  /** What the settings say of it, without asking anybody. */
  boolean mayStand(String credentialId);

  /** Asks for it; answers on the caller's context. */
  default Future<Boolean> stands(String credentialId) {
    return Future.succeededFuture(mayStand(credentialId));
  }
}
