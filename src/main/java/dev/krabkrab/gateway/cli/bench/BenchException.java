package dev.krabkrab.gateway.cli.bench;

/** Why a run could not be made, as opposed to operations in it that failed. */
public final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is. */
  public enum Kind {
    /** Nobody answers, or the connection was lost. */
    UNREACHABLE,
    /** The gateway refused what the run needs. */
    REFUSED,
    /** Something on this machine cannot be read. */
    LOCAL,
    /** The user ended it. */
    INTERRUPTED
  }

  private final Kind kind;

  BenchException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What kind of failure it is. */
  public Kind kind() {
    return kind;
  }
}
