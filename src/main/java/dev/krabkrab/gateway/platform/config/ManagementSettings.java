package dev.krabkrab.gateway.platform.config;

import org.jspecify.annotations.Nullable;

/**
 * Where an instance answers probes and serves its metrics, apart from its clients.
 *
 * @param port {@code gateway.management.port}, 0 to 65535, 0 takes a free one
 * @param bind {@code gateway.management.bind}, an IP address; default 127.0.0.1 whatever the
 *     clients' address is, since whoever reaches this port needs no secret
 */
public record ManagementSettings(int port, String bind) {

  /** Reads it; null when no port is given, so that a plain start opens none. */
  static @Nullable ManagementSettings load(Sources sources) {
    Setting port =
        sources.find("gateway.management.port", "management-port", "KRABKRAB_MANAGEMENT_PORT");
    Setting bind = sources.find("gateway.management.bind", null, "KRABKRAB_MANAGEMENT_BIND");
    String address = Addresses.bind(bind, sources.find("gateway.customBindHost", null));
    return port.given() ? new ManagementSettings(port.integer(0, 0, 65_535), address) : null;
  }
}
