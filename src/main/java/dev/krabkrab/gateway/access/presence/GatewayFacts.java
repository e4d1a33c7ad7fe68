package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An instance's own entry in the presence list. Protocol 01d §10.1.
 *
 * @param host host or pod name
 * @param ip address others reach the host by, or null when it has none but loopback
 * @param version release of the gateway
 * @param platform operating system and its release
 * @param deviceFamily {@code Linux}, {@code Mac}, {@code Windows} or the system's own name
 * @param model processor architecture
 */
public record GatewayFacts(
    String host,
    @Nullable String ip,
    String version,
    String platform,
    String deviceFamily,
    String model) {

  /** Looks around on this host; reads network interfaces, so not on an event loop. */
  public static GatewayFacts ofThisHost(String version, Map<String, String> environment) {
    String os = System.getProperty("os.name", "unknown");
    return new GatewayFacts(
        hostName(environment),
        address().orElse(null),
        version,
        os.toLowerCase(Locale.ROOT) + " " + System.getProperty("os.version", ""),
        os.startsWith("Mac") ? "Mac" : os.startsWith("Windows") ? "Windows" : os,
        System.getProperty("os.arch", "unknown"));
  }

  /** The entry without its time; the instance's own id tells instances of a host apart. */
  ObjectNode entry(String instance) {
    ObjectNode entry = Json.object().put("host", host);
    Json.putIfPresent(entry, "ip", ip);
    entry.put("version", version).put("platform", platform).put("deviceFamily", deviceFamily);
    entry.put("modelIdentifier", model).put("mode", "gateway").put("reason", "self");
    String where = ip == null ? host : host + " (" + ip + ")";
    entry.put("text", "Gateway: " + where + " · app " + version + " · mode gateway · reason self");
    return entry.put("instanceId", instance);
  }

  private static String hostName(Map<String, String> environment) {
    String named =
        environment.getOrDefault("HOSTNAME", environment.getOrDefault("COMPUTERNAME", ""));
    if (!named.isBlank()) {
      return named;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException nameless) {
      return "localhost";
    }
  }

  private static Optional<String> address() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(
              a -> a instanceof Inet4Address && !a.isLoopbackAddress() && !a.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .findFirst();
    } catch (SocketException noNetwork) {
      return Optional.empty();
    }
  }
}
