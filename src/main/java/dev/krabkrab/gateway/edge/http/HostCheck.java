package dev.krabkrab.gateway.edge.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells names that a web page may have from those that only this machine, or whoever knows an
 * address, uses: a page whose name was made to lead to loopback says its own name as {@code Host}.
 */
final class HostCheck implements SecurityPolicyHandler {
  private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}(?:%25[a-z0-9_.-]+)?]");

  private static final Set<String> LOOPBACK_6 = Set.of("::1", "0:0:0:0:0:0:0:1");

  @Override
  public void handle(RoutingContext context) {
    if (isMeant(context.request())) {
      context.next();
    } else {
      context.fail(421);
    }
  }

  /** On loopback, where browsers are, a page that was led here by its name sees nothing. */
  private static boolean isMeant(HttpServerRequest request) {
    SocketAddress here = request.localAddress();
    String address = here == null ? null : here.hostAddress();
    boolean loopback =
        address == null || address.startsWith("127.") || LOOPBACK_6.contains(address);
    return !loopback || isLocalName(request.getHeader("host"));
  }

  /**
   * Whether it is an IP address, {@code localhost}, or a name without a dot, as no page has.
   *
   * @param host the {@code Host} header, or null
   */
  static boolean isLocalName(@Nullable String host) {
    if (host == null || host.isBlank()) {
      return true;
    }
    String name = PORT.matcher(host.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
    return IPV4.matcher(name).matches()
        || IPV6.matcher(name).matches()
        || name.endsWith(".localhost")
        || name.indexOf('.') < 0;
  }
}
