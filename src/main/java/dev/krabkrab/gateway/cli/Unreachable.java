package dev.krabkrab.gateway.cli;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** Says why no connection came about. */
final class Unreachable {
  private Unreachable() {}

  static CliException of(ClientSettings settings, Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      switch (t) {
        case HttpConnectTimeoutException timeout -> {
          return CliException.timeout("no answer from " + settings.uri());
        }
        case SSLException tls -> {
          return failure("TLS with " + settings.uri() + " failed: " + tls.getMessage(), TLS, t);
        }
        case UnknownHostException unknown -> {
          return unknownHost(settings, t);
        }
        case UnresolvedAddressException unresolved -> {
          return unknownHost(settings, t);
        }
        case WebSocketHandshakeException handshake -> {
          return noGateway(settings, handshake);
        }
        default -> {}
      }
    }
    String detail = cause instanceof ConnectException ? "" : ": " + cause;
    return failure(
        "cannot connect to " + settings.uri() + detail,
        settings.isLoopback()
            ? "Is the gateway running? Start it with `krabkrab gateway`, or name another one with"
                + " --url."
            : "Check the address given with --url, and that the gateway listens beyond loopback"
                + " (--bind).",
        cause);
  }

  private static final String TLS =
      "Does the gateway listen with TLS on this port? A self-signed certificate needs"
          + " --tls-fingerprint; the gateway prints its fingerprint at start.";

  private static CliException unknownHost(ClientSettings settings, Throwable cause) {
    return failure(
        "unknown host " + settings.uri().getHost(), "Check the address given with --url.", cause);
  }

  private static CliException noGateway(ClientSettings settings, WebSocketHandshakeException e) {
    int status = e.getResponse().statusCode();
    return failure(
        settings.uri() + " answered HTTP " + status + " instead of opening a WebSocket",
        status == 503 || status == 429
            ? "The gateway is busy, starting or stopping; try again in a moment."
            : "Is this the address of a gateway? A proxy in between must pass WebSocket upgrades.",
        e);
  }

  private static CliException failure(String message, String hint, Throwable cause) {
    return new CliException(ExitCodes.UNREACHABLE, message, hint, null, cause);
  }
}
