package dev.krabkrab.gateway.access.auth;

import io.vertx.core.MultiMap;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that a request says of the host it is for: its {@code Host} header, the authority of its
 * target where that is an absolute URI, and HTTP/2's {@code :authority}. What contradicts itself is
 * for no host that is known.
 */
public final class HostClaims {
  private static final Pattern HOST_PORT =
      Pattern.compile("([a-z0-9._-]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");

  private static final int HIGHEST_PORT = 65_535;

  private HostClaims() {}

  /**
   * The headers with what the request says of its host elsewhere as further {@code Host} headers,
   * as far as that is not the same.
   *
   * @param target of the request line, as it was sent
   * @param authority as the server understood it, or null
   */
  public static MultiMap in(MultiMap headers, String target, @Nullable HostAndPort authority) {
    List<String> hosts = new ArrayList<>(headers.getAll("host"));
    int sent = hosts.size();
    if (authority != null) {
      // In HTTP/2 the host need be no header.
      add(hosts, authority.toString());
    }
    if (!target.startsWith("/") && !target.equals("*")) {
      add(hosts, authorityOf(target));
    }
    return hosts.size() == sent
        ? headers
        : MultiMap.caseInsensitiveMultiMap().addAll(headers).set("host", hosts);
  }

  /** The host of {@code host} or {@code host:port} in lower case; empty for anything else. */
  static String nameIn(String claim) {
    Matcher parts = HOST_PORT.matcher(claim.strip().toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return "";
    }
    String port = parts.group(2);
    if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > HIGHEST_PORT)) {
      return "";
    }
    String host = parts.group(1);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static void add(List<String> hosts, String claim) {
    if (hosts.stream().noneMatch(claim::equalsIgnoreCase)) {
      hosts.add(claim);
    }
  }

  private static String authorityOf(String target) {
    int from = target.indexOf("://");
    String rest = from < 0 ? target : target.substring(from + 3);
    return rest.split("[/?#]", 2)[0];
  }
}
