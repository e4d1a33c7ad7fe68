package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.platform.config.ManagementSettings;

/** The management port cannot be opened; the message is for the user. */
public final class ManagementPortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ManagementPortException(ManagementSettings settings, Throwable cause) {
    super(
        "management port "
            + settings.port()
            + " on "
            + settings.bind()
            + " cannot be opened: "
            + cause.getMessage()
            + ". Each instance needs one of its own: --management-port",
        cause);
  }
}
