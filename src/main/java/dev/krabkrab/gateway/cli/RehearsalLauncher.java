package dev.krabkrab.gateway.cli;

/** Rehearses a gateway's work in this process; found with {@link java.util.ServiceLoader}. */
public interface RehearsalLauncher {

  /**
   * Runs a gateway of its own, on a free loopback port and in a temporary folder, and drives it for
   * some seconds. Reads no settings of the user's.
   *
   * @return the exit status of the process
   */
  int run();
}
