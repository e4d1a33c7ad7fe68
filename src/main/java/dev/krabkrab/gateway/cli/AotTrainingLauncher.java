package dev.krabkrab.gateway.cli;

/**
 * Runs a gateway in this process and drives it, for the JVM to learn from; found with {@link
 * java.util.ServiceLoader}.
 */
public interface AotTrainingLauncher {

  /**
   * Runs a gateway of its own, on a free loopback port and in a temporary folder, and drives it for
   * some seconds. Reads no settings of the user's.
   *
   * @return the exit status of the process
   */
  int run();
}
