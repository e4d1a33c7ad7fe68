package dev.krabkrab.gateway.cli;

/** Runs one gateway instance; found with {@link java.util.ServiceLoader}. */
public interface GatewayLauncher {

  /**
   * Starts an instance and returns when it has stopped.
   *
   * @return the exit status of the process
   */
  int run(GatewayFlags flags);
}
