package dev.krabkrab.gateway.cli;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The address and identity that a command connects with, after options, environment and files were
 * weighed.
 *
 * @param uri WebSocket address of the gateway
 * @param token shared token, if known
 * @param password shared password, if known
 * @param explicitSecret whether the secret was given on the command line
 * @param pin SHA-256 of the only certificate to accept, 64 lower-case hex digits
 * @param timeout longest wait for one answer
 * @param stateDir directory with this device's identity
 */
record ClientSettings(
    URI uri,
    @Nullable String token,
    @Nullable String password,
    boolean explicitSecret,
    @Nullable String pin,
    Duration timeout,
    Path stateDir) {

  boolean hasSecret() {
    return token != null || password != null;
  }

  boolean isTls() {
    return "wss".equals(uri.getScheme());
  }

  boolean isLoopback() {
    return isLoopback(uri);
  }

  /** An endpoint a stored device token may be shown to after the shared one failed (05 §6.3). */
  boolean isTrusted() {
    return isLoopback() || (isTls() && pin != null);
  }

  static boolean isLoopback(URI uri) {
    String host = uri.getHost();
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    InetAddress address = literal(host);
    return address != null && address.isLoopbackAddress();
  }

  /** The address that listens on all of them. */
  static boolean isUnspecified(String host) {
    InetAddress address = literal(host);
    return address != null && address.isAnyLocalAddress();
  }

  /** Asks nobody: a name that only looks like an address is none. */
  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", ""));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "ClientSettings[uri=" + uri + ", stateDir=" + stateDir + "]";
  }
}
