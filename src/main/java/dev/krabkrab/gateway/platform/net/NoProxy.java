package dev.krabkrab.gateway.platform.net;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Targets that are reached without a proxy. An entry is {@code *} for all, {@code example.com} for
 * that name and all below it, {@code .example.com} or {@code *.example.com} for those below alone,
 * an address or a CIDR range for targets that are given as addresses; each but a range may end with
 * {@code :port}. This host, what is reached over its link alone, and the services of a Kubernetes
 * cluster are always among them. Immutable.
 */
public final class NoProxy {
  /** What {@link #parse} reads. */
  public static final String FORM =
      "names, .names, addresses or CIDR ranges, each perhaps with :port, or *";

  private static final int HIGHEST_PORT = 65_535;
  private static final String NAME = "[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?";

  private static final List<Cidr> HERE =
      List.of(
          Cidr.parse("127.0.0.0/8"),
          Cidr.parse("::1"),
          Cidr.parse("::ffff:127.0.0.0/104"),
          Cidr.parse("169.254.0.0/16"),
          Cidr.parse("fe80::/10"));

  private static final List<String> NEAR = List.of("localhost", "svc", "cluster.local");

  /** None but those that are always reached so. */
  public static final NoProxy NONE = new NoProxy(List.of());

  private final List<Entry> entries;

  /**
   * @param name of a host, or null for a range
   * @param itself whether the name itself is meant, not only those below
   * @param port 0 for each
   */
  private record Entry(@Nullable String name, boolean itself, @Nullable Cidr range, int port) {
    boolean covers(String host, int targetPort) {
      if (port != 0 && port != targetPort) {
        return false;
      }
      if (range != null) {
        return range.contains(host);
      }
      return name == null || isBelow(host, name) || (itself && host.equals(name));
    }
  }

  private NoProxy(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /**
   * Reads entries.
   *
   * @return null when one of them cannot be read
   */
  public static @Nullable NoProxy parse(List<String> texts) {
    List<Entry> read = new ArrayList<>();
    for (String text : texts) {
      for (String one : text.strip().toLowerCase(Locale.ROOT).split("\\s+", -1)) {
        Entry entry = one.isEmpty() ? null : entry(one);
        if (entry == null && !one.isEmpty()) {
          return null;
        }
        if (entry != null) {
          read.add(entry);
        }
      }
    }
    return new NoProxy(read);
  }

  private static @Nullable Entry entry(String text) {
    if (text.equals("*")) {
      return new Entry(null, true, null, 0);
    }
    Cidr range = range(text);
    if (range != null) {
      return new Entry(null, true, range, 0);
    }
    int colon = text.lastIndexOf(':');
    int port = colon < 0 ? 0 : port(text.substring(colon + 1));
    if (port < 0) {
      return null;
    }
    String host = plain(colon < 0 ? text : text.substring(0, colon));
    Cidr address = host.contains("/") ? null : range(host);
    if (address != null) {
      return new Entry(null, true, address, port);
    }
    boolean below = host.startsWith(".") || host.startsWith("*.");
    String name = below ? host.substring(host.indexOf('.') + 1) : host;
    return name.matches(NAME) && !name.contains("..") ? new Entry(name, !below, null, port) : null;
  }

  private static @Nullable Cidr range(String text) {
    try {
      return Cidr.parse(plain(text));
    } catch (IllegalArgumentException noAddress) {
      return null;
    }
  }

  private static int port(String text) {
    int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    return port >= 1 && port <= HIGHEST_PORT ? port : -1;
  }

  /** Whether a target is reached without a proxy; never asks a name server. */
  public boolean covers(String host, int port) {
    String name = plain(host.toLowerCase(Locale.ROOT));
    return isNear(name) || entries.stream().anyMatch(entry -> entry.covers(name, port));
  }

  private static boolean isNear(String host) {
    return NEAR.stream().anyMatch(near -> host.equals(near) || isBelow(host, near))
        || ((NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host))
            && Cidr.anyContains(HERE, host));
  }

  private static boolean isBelow(String host, String name) {
    return host.length() > name.length() + 1 && host.endsWith("." + name);
  }

  /** Without brackets, zone and final dot. */
  private static String plain(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    int zone = bare.indexOf('%');
    String text = zone < 0 ? bare : bare.substring(0, zone);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
