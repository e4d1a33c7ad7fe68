package dev.krabkrab.gateway.cli;

import org.jspecify.annotations.Nullable;

/** Checks port numbers. */
final class Port {
  private Port() {}

  static void check(@Nullable Integer port) {
    if (port != null && (port < 0 || port > 65_535)) {
      throw CliException.usage("not a port: " + port, "A port is a number from 0 to 65535.");
    }
  }
}
