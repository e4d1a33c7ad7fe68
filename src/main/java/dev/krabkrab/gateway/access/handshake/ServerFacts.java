package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.StateVersion;

/** What hello-ok tells about this server beyond the connection itself. Safe from any thread. */
public interface ServerFacts {
  /** Release, as people read it. */
  String version();

  /** Host name, or the pod's. */
  String host();

  /** Encoded {@code features} object. */
  JsonText features();

  /** Encoded presence list, the connecting client included. */
  JsonText presence();

  /** Encoded {@code sessionDefaults}. */
  JsonText sessionDefaults();

  /** Encoded health snapshot. */
  JsonText health();

  StateVersion stateVersion();

  /** Milliseconds since this process started. */
  long uptimeMs();
}
