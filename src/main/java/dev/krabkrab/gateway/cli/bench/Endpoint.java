package dev.krabkrab.gateway.cli.bench;

import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One gateway instance and what it is told to be let in.
 *
 * @param uri {@code ws://} or {@code wss://}
 * @param token shared token, if any
 * @param password shared password, if any
 * @param tls trust of its own; null for that of this Java
 */
public record Endpoint(
    URI uri, @Nullable String token, @Nullable String password, @Nullable SSLContext tls) {

  boolean isTls() {
    return "wss".equals(uri.getScheme());
  }

  int port() {
    if (uri.getPort() > 0) {
      return uri.getPort();
    }
    return isTls() ? 443 : 80;
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "Endpoint[" + uri + "]";
  }
}
