package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.config.ManagementSettings;

/** The management port cannot be opened; the message is for the user. */
final class ManagementPortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ManagementPortException(ManagementSettings settings, Throwable cause) {
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
