package dev.krabkrab.gateway.access.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.DocumentValues;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From which web pages a browser may connect. Whoever sends no {@code Origin} is no browser and not
 * concerned; what a client calls itself makes no difference, since a page calls itself what it
 * likes. Protocol 05 §6.3.
 *
 * @param allowed origins like {@code https://console.example.com}, without regard to case and
 *     default ports; {@code *} allows every page
 * @param hostHeader whether a page is also welcome whose host and port are those of the {@code
 *     Host} header
 */
public record OriginRules(Set<String> allowed, boolean hostHeader) {
  /**
   * Pages of this host, and those that the gateway itself serves: under a numeric address, under
   * {@code localhost}, or under a name over TLS.
   */
  public static final OriginRules DEFAULT = of(List.of(), false);

  private static final String ANY = "*";
  private static final List<Cidr> NUMERIC = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));
  private static final List<Cidr> LOOPBACK = List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));

  /** Takes a copy. */
  public OriginRules {
    allowed = Set.copyOf(allowed);
  }

  /**
   * Reads {@code allowedOrigins} and {@code dangerouslyAllowHostHeaderOriginFallback} of {@code
   * gateway.controlUi} of the gateway document; none and false when they are not there.
   */
  public static OriginRules of(JsonNode document) {
    JsonNode ui = document.at("/gateway/controlUi");
    return of(
        DocumentValues.texts(ui.path("allowedOrigins")),
        DocumentValues.flag(ui, "dangerouslyAllowHostHeaderOriginFallback", false));
  }

  /** Rules with the origins as people write them; what is none is ignored. */
  public static OriginRules of(List<String> origins, boolean hostHeader) {
    Set<String> allowed =
        origins.stream()
            .map(text -> text.strip().equals(ANY) ? ANY : Page.normal(text))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new OriginRules(allowed, hostHeader);
  }

  /**
   * Judges the headers of an upgrade request.
   *
   * @param local whether the connection was made on the gateway's own host
   * @return why it is refused, or null when it is not
   */
  public @Nullable String problem(MultiMap headers, boolean local) {
    return problem(headers, local, null);
  }

  /**
   * The same for a request that a trusted proxy passes on.
   *
   * @param forwardedHost the host that the proxy says it was sent to, or null
   */
  public @Nullable String problem(MultiMap headers, boolean local, @Nullable String forwardedHost) {
    List<String> sent = headers.getAll("origin");
    if (sent.stream().allMatch(String::isBlank)) {
      return null;
    }
    if (allowed.contains(ANY)) {
      return null;
    }
    Page page = sent.size() == 1 ? Page.parse(sent.getFirst()) : null;
    if (page == null) {
      return "origin missing or invalid";
    }
    boolean welcome =
        allowed.contains(page.text())
            || (local && page.isLoopback())
            || ((hostHeader || page.isUnmovable()) && page.isServedBy(headers.get("host")))
            || (page.isOverTls() && page.isServedBy(forwardedHost));
    return welcome ? null : "origin not allowed";
  }

  /**
   * Where a page was loaded from, in lower case.
   *
   * @param authority host and port, without the scheme's default port
   */
  private record Page(String scheme, String host, String authority) {

    static @Nullable Page parse(String origin) {
      try {
        URI uri = new URI(origin.strip().toLowerCase(Locale.ROOT));
        boolean bare =
            uri.getScheme() != null
                && uri.getHost() != null
                && uri.getUserInfo() == null
                && uri.getRawPath().isEmpty()
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
        return bare ? of(uri.getScheme(), uri.getHost(), uri.getPort()) : null;
      } catch (URISyntaxException e) {
        return null;
      }
    }

    private static Page of(String scheme, String host, int port) {
      int usual = defaultPort(scheme);
      String authority = port < 0 || port == usual ? host : host + ":" + port;
      String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return new Page(scheme, bare, authority);
    }

    /** As it is compared, or empty for what is no origin. */
    static String normal(String origin) {
      Page page = parse(origin.strip().replaceFirst("/$", ""));
      return page == null ? "" : page.text();
    }

    String text() {
      return scheme + "://" + authority;
    }

    boolean isLoopback() {
      return isWeb() && (host.equals("localhost") || Cidr.anyContains(LOOPBACK, host));
    }

    /**
     * Whether the page cannot be another's that had its name lead here: an address has no name,
     * {@code localhost} leads nowhere else, and over TLS the other would need a certificate of its
     * own here.
     */
    boolean isUnmovable() {
      return isOverTls()
          || (isWeb() && (host.equals("localhost") || Cidr.anyContains(NUMERIC, host)));
    }

    boolean isOverTls() {
      return scheme.equals("https");
    }

    boolean isServedBy(@Nullable String hostHeader) {
      Page served = hostHeader == null ? null : parse(scheme + "://" + hostHeader.strip());
      return isWeb() && served != null && served.authority().equals(authority);
    }

    private boolean isWeb() {
      return defaultPort(scheme) > 0;
    }

    private static int defaultPort(String scheme) {
      return switch (scheme) {
        case "http" -> 80;
        case "https" -> 443;
        default -> 0;
      };
    }
  }
}
