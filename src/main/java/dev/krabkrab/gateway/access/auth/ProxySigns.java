package dev.krabkrab.gateway.access.auth;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells by the names of its headers whether a request passed a proxy. Names are judged by the words
 * they are made of, not by a list of products: one that says anything about an address, a way, a
 * user who signed in elsewhere or a former form of the request was written by somebody in between.
 * A value does not matter, an empty one neither. A client that sends such a header itself is merely
 * not local.
 */
final class ProxySigns {
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^a-z0-9]+");

  /** Words that only speak of the way a request came. */
  private static final Set<String> OF_THE_WAY =
      Set.of(
          "forwarded",
          "forward",
          "forwards",
          "forwarder",
          "via",
          "proxy",
          "proxied",
          "proxies",
          "hop",
          "hops",
          "ingress",
          "edge",
          "gateway",
          "balancer",
          "lb",
          "elb",
          "alb",
          "router",
          "tunnel",
          "tunneled",
          "upstream",
          "backend",
          "surrogate",
          "served",
          "relay",
          "sidecar",
          "mesh",
          "waf");

  /** Words about the other end of the connection, or about what the request was before. */
  private static final Set<String> OF_THE_OTHER_END =
      Set.of(
          "ip",
          "ips",
          "ipv4",
          "ipv6",
          "addr",
          "address",
          "clientip",
          "clientaddr",
          "remote",
          "real",
          "peer",
          "connecting",
          "coming",
          "visitor",
          "viewer",
          "orig",
          "original",
          "originating",
          "rewrite",
          "rewritten",
          "scheme",
          "https",
          "ssl",
          "tls",
          "webauth",
          "iap",
          "asn",
          "geo",
          "geoip",
          "ja3",
          "ja4");

  /** Words about who somebody in between took the user for. */
  private static final Set<String> OF_SIGNED_IN_USERS =
      Set.of("authenticated", "userid", "username", "sso", "oidc", "saml", "principal");

  /** What products call their own headers. */
  private static final Set<String> OF_PRODUCTS =
      Set.of(
          "akamai",
          "amz",
          "amzn",
          "appengine",
          "appgw",
          "arr",
          "authelia",
          "authentik",
          "azure",
          "bluecoat",
          "caddy",
          "cdn",
          "cf",
          "cloudflare",
          "cloudfront",
          "codespaces",
          "ecs",
          "envoy",
          "fastly",
          "fd",
          "fly",
          "fw",
          "gitpod",
          "goog",
          "haproxy",
          "heroku",
          "imperva",
          "incap",
          "istio",
          "kong",
          "linkerd",
          "netlify",
          "nf",
          "nginx",
          "ngrok",
          "pomerium",
          "railway",
          "replit",
          "rndr",
          "squid",
          "sucuri",
          "tailscale",
          "teleport",
          "traefik",
          "varnish",
          "vercel",
          "zscaler");

  /** Whole names in which no word tells. */
  private static final Set<String> NAMES =
      Set.of(
          "x-client",
          "x-cluster-client",
          "x-from",
          "x-user",
          "x-user-id",
          "x-user-name",
          "x-user-email",
          "x-host",
          "x-port",
          "x-prefix",
          "x-proto",
          "x-server-name",
          "x-script-name",
          "x-request-start",
          "x-queue-start",
          "x-iinfo",
          "x-user-ip",
          "x-cache",
          "x-client-host",
          "x-client-port",
          "x-client-cert",
          "x-auth-request-user",
          "x-auth-request-email",
          "x-auth-request-groups",
          "x-auth-request-access-token",
          "x-authenticated-user",
          "x-ms-client-principal",
          "x-ms-client-principal-id",
          "x-ms-client-principal-name",
          "x-consumer-id",
          "x-consumer-username");

  private ProxySigns() {}

  /** Whether any header speaks of a proxy. */
  static boolean any(MultiMap headers) {
    return headers.names().stream().anyMatch(ProxySigns::isSign);
  }

  /** Whether one does besides those by which a trusted proxy tells whom it forwards. */
  static boolean beyondForwarding(MultiMap headers) {
    return headers.names().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .anyMatch(name -> isSign(name) && !isForwarding(name));
  }

  static boolean isSign(String headerName) {
    String name = headerName.strip().toLowerCase(Locale.ROOT);
    if (NAMES.contains(name.replace('_', '-'))) {
      return true;
    }
    for (String word : BETWEEN_WORDS.split(name)) {
      if (OF_THE_WAY.contains(word)
          || OF_THE_OTHER_END.contains(word)
          || OF_SIGNED_IN_USERS.contains(word)
          || OF_PRODUCTS.contains(word)
          || word.contains("forwarded")
          || word.startsWith("xreal")
          || (word.endsWith("ip") && word.contains("client"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isForwarding(String name) {
    return name.equals("forwarded") || name.equals("x-real-ip") || name.startsWith("x-forwarded-");
  }
}
