package dev.krabkrab.gateway.access.auth;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;

/** Tells who a client is by the word of somebody the settings trust, instead of a shared secret. */
public interface IdentitySource {

  /**
   * What a connect shows besides its device.
   *
   * @param token {@code auth.token} as sent, or an empty text
   * @param headers of the upgrade request
   * @param fromTrustedProxy the socket's peer is one of {@code gateway.trustedProxies}
   */
  record Shown(String token, MultiMap headers, boolean fromTrustedProxy) {
    /** Without the token. */
    @Override
    public String toString() {
      return "Shown[fromTrustedProxy=" + fromTrustedProxy + "]";
    }
  }

  /** What comes of it. */
  sealed interface Verdict {
    /** Somebody it is. */
    record Known(Credential credential) implements Verdict {}

    /**
     * Nobody.
     *
     * @param rejected it is clear who it is, and that one may not come in, whatever else is shown
     */
    record Unknown(AuthFailure failure, boolean rejected) implements Verdict {}

    /**
     * It cannot be decided now.
     *
     * @param what cannot be reached, for people
     */
    record Undecided(String what) implements Verdict {}
  }

  /** Judges; the future does not fail. */
  Future<Verdict> identify(Shown shown);

  /** Whether a connection that came with this credential may stay under the settings in force. */
  boolean stands(String credentialId);

  /** {@code auth.method} of hello-ok. */
  String method();

  /** Whether a proxy tells, in headers of the request, who the client is. */
  default boolean readsHeaders() {
    return false;
  }
}
