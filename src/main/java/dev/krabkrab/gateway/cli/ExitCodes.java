package dev.krabkrab.gateway.cli;

/** The exit codes of {@code krabkrab}; listed in every command's help. */
public final class ExitCodes {
  /** The command succeeded. */
  public static final int OK = 0;

  /** The gateway answered an error, or a local file could not be used. */
  public static final int FAILED = 1;

  /** The command line was wrong; nothing was sent. */
  public static final int USAGE = 2;

  /** No gateway could be reached, or the connection was lost. */
  public static final int UNREACHABLE = 3;

  /** The gateway refused: credentials, pairing or a missing scope. */
  public static final int REFUSED = 4;

  /** No answer within {@code --timeout}. */
  public static final int TIMEOUT = 5;

  /** What was asked for was ended before it was done. */
  public static final int ABORTED = 6;

  /** The user ended the command, as by Ctrl-C. */
  public static final int INTERRUPTED = 130;

  /** This installation is incomplete, or a defect of the command line itself. */
  public static final int INTERNAL = 70;

  private ExitCodes() {}
}
