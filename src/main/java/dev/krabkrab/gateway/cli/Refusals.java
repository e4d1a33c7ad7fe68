package dev.krabkrab.gateway.cli;

import org.jspecify.annotations.Nullable;

/** Turns an error the gateway answered into an exit status and a next step for the user. */
final class Refusals {
  private Refusals() {}

  /**
   * @param error the gateway's error
   * @param what the request it answers, for the message ({@code connect} or a method name)
   */
  static CliException of(GatewayError error, String what) {
    String message =
        error.message().isEmpty() ? what + " failed: " + error.code() : error.message();
    return new CliException(exitCode(error), Text.safe(message), hint(error), error, null);
  }

  private static int exitCode(GatewayError error) {
    boolean refused =
        error.isPairing()
            || error.isMissingScope()
            || error.isCredential()
            || error.code().equals("FORBIDDEN")
            || error.message().startsWith("unauthorized")
            || error.message().startsWith("device ")
            || error.detailCode().startsWith("AUTH_")
            || error.detailCode().startsWith("DEVICE_");
    return refused ? ExitCodes.REFUSED : ExitCodes.FAILED;
  }

  private static @Nullable String hint(GatewayError error) {
    if (!error.requestId().isEmpty() && error.isPairing()) {
      return pairing(Text.safe(error.requestId()));
    }
    if (error.isMissingScope()) {
      return "This connection may not do that. Ask for more with --scopes (for example --scopes"
          + " operator.admin); a paired device may need a new approval for it.";
    }
    return switch (error.detailCode()) {
      case "AUTH_RATE_LIMITED" -> rateLimited(error);
      case "PROTOCOL_MISMATCH" -> "This command line speaks protocols 3 and 4; update one side.";
      case "DEVICE_AUTH_SIGNATURE_EXPIRED" -> CLOCK;
      default -> byText(error);
    };
  }

  private static final String CLOCK =
      "The clocks of this machine and of the gateway differ too much; set them right.";

  private static @Nullable String byText(GatewayError error) {
    String text = error.message();
    if (text.startsWith("device signature expired")) {
      return CLOCK;
    }
    if (text.contains("password missing") || text.contains("password mismatch")) {
      return "Give the gateway's password with --password or KRABKRAB_GATEWAY_PASSWORD.";
    }
    if (text.startsWith("unauthorized") && !text.startsWith("unauthorized role")) {
      return "Give the gateway's token with --token or KRABKRAB_GATEWAY_TOKEN;"
          + " `krabkrab token` prints it on the machine of the gateway.";
    }
    String next = NextSteps.of(error);
    if (next != null) {
      return next;
    }
    if (error.code().equals("UNAVAILABLE") && error.raw().path("retryable").asBoolean(false)) {
      return "That passes: try again in a moment.";
    }
    return null;
  }

  private static String pairing(String requestId) {
    return "This device is waiting for approval: request "
        + requestId
        + ".\nApprove it where the gateway already knows the device (on its own host, or in its"
        + " pod):\n\n  krabkrab devices approve "
        + requestId
        + "\n\nThen run this command again. A request lasts five minutes.";
  }

  private static String rateLimited(GatewayError error) {
    long wait = error.raw().path("retryAfterMs").asLong(0);
    return wait > 0
        ? "Too many failed attempts; wait " + Math.ceilDiv(wait, 1000) + " s."
        : "Too many failed attempts; wait a while.";
  }
}
