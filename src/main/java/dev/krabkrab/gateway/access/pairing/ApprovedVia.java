package dev.krabkrab.gateway.access.pairing;

import java.util.Locale;

/** The way by which a device was approved. */
public enum ApprovedVia {
  /** Somebody approved its request. */
  APPROVAL,
  /** Without a question: it came from the gateway's own host. */
  SILENT,
  /** Without a question: an identity provider named its user, and its issuer pairs devices. */
  IDENTITY,
  /** A one-time token that somebody had made for it. */
  BOOTSTRAP;

  /** {@code approvedVia} on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
