package dev.krabkrab.gateway.access.auth.jwt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the public keys of an issuer are read.
 *
 * @param issuer the issuer, whose discovery document names the address when none is set
 * @param jwksUri {@code jwksUri}: address of the key set, or null to discover it
 * @param caFile {@code caFile}: PEM file of whom the server's certificate is signed by, or null for
 *     those the JVM trusts; by its name in {@code gateway.issuerFiles}, so that nobody who may
 *     change the document reads other files by it
 * @param tokenFile {@code tokenFile}: file with a token to show the server, or null; there too, and
 *     read anew each time
 */
public record KeySource(
    String issuer, @Nullable String jwksUri, @Nullable String caFile, @Nullable String tokenFile) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final String DISCOVERY = "/.well-known/openid-configuration";

  /** Whether a text can be the name of a file there. */
  public static boolean isFileName(String text) {
    return FILE_NAME.matcher(text).matches();
  }

  /** Whether keys may be read there: by https, or from this host. */
  public static boolean isSafe(String address) {
    try {
      URI uri = new URI(address);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      String host = uri.getHost();
      boolean named = host != null && uri.getRawUserInfo() == null;
      return named
          && (scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(host)));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Where the address of the key set is to be found. */
  String discoveryUri() {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return base + DISCOVERY;
  }
}
