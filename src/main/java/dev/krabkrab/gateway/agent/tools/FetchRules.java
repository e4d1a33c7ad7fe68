package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.net.BoundedHttp;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Limits of what may be fetched: {@code tools.httpFetch} of the gateway document.
 *
 * @param allow whom from; none means nobody
 * @param timeoutMs for all of it, redirects included; 1 to 60,000
 * @param maxBytes of an answer; 1 to 4 MiB
 */
record FetchRules(List<Entry> allow, int timeoutMs, int maxBytes) implements FetchPolicy {
  private static final int TIMEOUT_MS = 20_000;
  private static final int LONGEST_MS = 60_000;
  private static final int BYTES = 1_048_576;
  private static final int MOST_BYTES = 4 * BYTES;
  private static final int MOST_REDIRECTS = 5;
  private static final List<String> TEXTS =
      List.of(
          "application/json",
          "application/xml",
          "application/yaml",
          "application/x-yaml",
          "application/x-ndjson",
          "application/javascript");
  private static final String PLAIN = "http";
  private static final String SECURE = "https";

  /**
   * One entry of {@code allow}: {@code host}, {@code host:port} or {@code *.host}, by https unless
   * {@code http://} is in front.
   *
   * @param host in lower case; an address without brackets
   * @param below every name below the host, and not the host itself
   */
  record Entry(boolean secure, String host, boolean below, int port) {
    /** Null when it cannot be read: then it allows nothing. */
    static @Nullable Entry of(String text) {
      String given = text.strip().toLowerCase(Locale.ROOT);
      boolean secure = !given.startsWith(PLAIN + "://");
      String rest = given.contains("://") ? given.substring(given.indexOf("://") + 3) : given;
      boolean below = rest.startsWith("*.");
      try {
        URI uri =
            URI.create((secure ? SECURE : PLAIN) + "://" + (below ? rest.substring(2) : rest));
        String host = uri.getHost();
        boolean bare = uri.getRawPath().isEmpty() && uri.getRawQuery() == null;
        boolean known = !given.contains("://") || given.startsWith(uri.getScheme() + "://");
        return host == null || !bare || !known || uri.getRawUserInfo() != null
            ? null
            : new Entry(secure, FetchTarget.plain(host), below, FetchTarget.port(uri));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    boolean allows(FetchTarget target) {
      boolean named =
          below
              ? target.host().length() > host.length() + 1 && target.host().endsWith("." + host)
              : target.host().equals(host);
      return named && secure == target.secure() && port == target.port();
    }
  }

  FetchRules {
    allow = List.copyOf(allow);
  }

  /** Reads the gateway document. */
  static FetchRules of(JsonNode document) {
    JsonNode rules = document.at("/tools/httpFetch");
    List<Entry> allow = new ArrayList<>();
    for (JsonNode text : rules.path("allow")) {
      Entry entry = Entry.of(text.asText());
      if (entry != null) {
        allow.add(entry);
      }
    }
    return new FetchRules(
        allow,
        Math.clamp(rules.path("timeoutMs").asInt(TIMEOUT_MS), 1, LONGEST_MS),
        Math.clamp(rules.path("maxBytes").asInt(BYTES), 1, MOST_BYTES));
  }

  /** Whether an entry names it. */
  boolean allows(FetchTarget target) {
    return allow.stream().anyMatch(entry -> entry.allows(target));
  }

  @Override
  public @Nullable String objection(FetchTarget target) {
    return allows(target)
        ? null
        : target.origin()
            + " is not in tools.httpFetch.allow of the gateway document; only an operator can add"
            + " it";
  }

  /** One of no public network has to be named itself, as an address or as {@code localhost}. */
  @Override
  public boolean allows(FetchTarget target, InetAddress address) {
    return PublicNetwork.has(address)
        || allow.stream()
            .anyMatch(
                entry ->
                    !entry.below()
                        && entry.secure() == target.secure()
                        && entry.port() == target.port()
                        && names(entry.host(), address));
  }

  @Override
  public @Nullable String objection(BoundedHttp.Head head) {
    String given = head.header("content-type");
    String type = (given == null ? "" : given).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean text =
        type.startsWith("text/")
            || type.endsWith("+json")
            || type.endsWith("+xml")
            || TEXTS.contains(type);
    return text ? null : "it is no text but " + (given == null ? "unknown" : given);
  }

  @Override
  public String accept() {
    return "text/*, application/json, application/xml;q=0.9, */*;q=0.1";
  }

  @Override
  public int redirects() {
    return MOST_REDIRECTS;
  }

  private static boolean names(String host, InetAddress address) {
    if (host.equals("localhost")) {
      return address.isLoopbackAddress();
    }
    try {
      return InetAddress.ofLiteral(host).equals(address);
    } catch (IllegalArgumentException aName) {
      return false;
    }
  }
}
