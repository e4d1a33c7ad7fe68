package dev.krabkrab.gateway.agent.tools;

import java.net.URI;
import java.util.Locale;

/**
 * The target of a request of {@code http_fetch}.
 *
 * @param host in lower case; an address without brackets
 * @param path with the query
 */
record FetchTarget(boolean secure, String host, int port, String path) {
  private static final String HTTPS = "https";
  private static final String HTTP = "http";
  private static final int SECURE_PORT = 443;
  private static final int PLAIN_PORT = 80;

  /**
   * Reads an absolute URL.
   *
   * @throws IllegalArgumentException with a message for the model
   */
  static FetchTarget of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals(HTTPS) && !scheme.equals(HTTP)) {
      throw new IllegalArgumentException("url must begin with https:// or http://");
    }
    String host = uri.getHost();
    if (host == null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("url must name a host, and no user");
    }
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return new FetchTarget(
        scheme.equals(HTTPS),
        plain(host.toLowerCase(Locale.ROOT)),
        port(uri),
        uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
  }

  /** A host without brackets and final dot. */
  static String plain(String host) {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  static int port(URI uri) {
    if (uri.getPort() > 0) {
      return uri.getPort();
    }
    return HTTPS.equalsIgnoreCase(uri.getScheme()) ? SECURE_PORT : PLAIN_PORT;
  }

  /** For people. */
  String origin() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return (secure ? HTTPS : HTTP) + "://" + shown + ":" + port;
  }

  URI uri() {
    return URI.create(origin() + path);
  }
}
