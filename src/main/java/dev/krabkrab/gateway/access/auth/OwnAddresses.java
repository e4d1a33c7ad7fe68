package dev.krabkrab.gateway.access.auth;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of this host. */
public final class OwnAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);

  private OwnAddresses() {}

  /** As texts, without zones; none when they cannot be known. */
  public static Set<String> find() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
          .collect(Collectors.toUnmodifiableSet());
    } catch (SocketException e) {
      LOG.warn("this host's addresses are unknown: {}", e.getMessage());
      return Set.of();
    }
  }
}
