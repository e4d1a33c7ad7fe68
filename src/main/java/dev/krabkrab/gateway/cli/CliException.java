package dev.krabkrab.gateway.cli;

import org.jspecify.annotations.Nullable;

/** A failure the user can act on: what happened, what to do next, and the exit status. */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final @Nullable String hint;
  private final transient @Nullable GatewayError error;

  CliException(int exitCode, String message, @Nullable String hint) {
    this(exitCode, message, hint, null, null);
  }

  CliException(
      int exitCode,
      String message,
      @Nullable String hint,
      @Nullable GatewayError error,
      @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
    this.hint = hint;
    this.error = error;
  }

  static CliException usage(String message, @Nullable String hint) {
    return new CliException(ExitCodes.USAGE, message, hint);
  }

  static CliException local(String message, @Nullable String hint, Throwable cause) {
    return new CliException(ExitCodes.FAILED, message, hint, null, cause);
  }

  static CliException timeout(String message) {
    return new CliException(
        ExitCodes.TIMEOUT, message, "Give it longer with --timeout (for example --timeout 30s).");
  }

  /** One of {@link ExitCodes}. */
  public int exitCode() {
    return exitCode;
  }

  /** The next step for the user, when there is one. */
  public @Nullable String hint() {
    return hint;
  }

  /** The gateway's own error, when it answered one. */
  @Nullable GatewayError error() {
    return error;
  }
}
