package dev.krabkrab.gateway.platform.net;

import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on the way out, spoken to without TLS.
 *
 * @param host name or address, without brackets
 * @param port 1 to 65535
 * @param user null when it asks for none
 * @param password empty without one
 */
public record HttpProxy(String host, int port, @Nullable String user, String password) {
  private static final int USUAL_PORT = 80;
  private static final int HIGHEST_PORT = 65_535;

  /** What {@link #parse} reads. */
  public static final String FORM = "an address http://[user:password@]host[:port] of a proxy";

  /**
   * Reads {@code [http://][user:password@]host[:port][/]}; user and password may be
   * percent-encoded.
   *
   * @return null for anything else, such as a proxy of another kind
   */
  public static @Nullable HttpProxy parse(String text) {
    String given = text.strip();
    try {
      URI uri = new URI(given.contains("://") ? given : "http://" + given);
      String path = uri.getRawPath();
      boolean bare = path == null || path.isEmpty() || path.equals("/");
      int port = uri.getPort() < 0 ? USUAL_PORT : uri.getPort();
      if (!"http".equals(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))
          || uri.getHost() == null
          || !bare
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null
          || port < 1
          || port > HIGHEST_PORT) {
        return null;
      }
      String host = uri.getHost();
      return of(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, uri);
    } catch (URISyntaxException | IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable HttpProxy of(String host, int port, URI uri) {
    String info = uri.getRawUserInfo();
    if (info == null || info.isEmpty()) {
      return new HttpProxy(host, port, null, "");
    }
    int colon = info.indexOf(':');
    String user = decoded(colon < 0 ? info : info.substring(0, colon));
    String password = colon < 0 ? "" : decoded(info.substring(colon + 1));
    boolean plain = (user + password).chars().noneMatch(Character::isISOControl);
    return user.isEmpty() || user.contains(":") || !plain
        ? null
        : new HttpProxy(host, port, user, password);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** For people: host and port. */
  public String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** The header that shows user and password, or null without a user. */
  public @Nullable String authorization() {
    return user == null
        ? null
        : "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  ProxyOptions options(int connectMs) {
    ProxyOptions options =
        new ProxyOptions()
            .setType(ProxyType.HTTP)
            .setHost(host)
            .setPort(port)
            .setConnectTimeout(Duration.ofMillis(connectMs));
    return user == null ? options : options.setUsername(user).setPassword(password);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return address();
  }
}
