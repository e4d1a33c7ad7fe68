package dev.krabkrab.gateway.access.pairing;

import java.util.Locale;

/** How a device came to what it may do. */
public enum ApprovedVia {
  /** Somebody approved its request. */
  APPROVAL,
  /** Nobody was asked: it came from the gateway's own host. */
  SILENT,
  /** Nobody was asked: an identity provider named its user, and its issuer pairs devices. */
  IDENTITY,
  /** A one-time token that somebody had made for it. */
  BOOTSTRAP;

  /** {@code approvedVia} on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
