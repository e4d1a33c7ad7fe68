package dev.krabkrab.gateway.platform.config;

/** Why TLS cannot be served; the texts are those of Protocol 01e §12.1. */
public final class TlsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TlsException(String what) {
    super("gateway tls: " + what);
  }

  TlsException(String what, Exception cause) {
    super("gateway tls: " + what + " (" + cause.getMessage() + ")", cause);
  }
}
