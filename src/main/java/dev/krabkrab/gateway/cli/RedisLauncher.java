package dev.krabkrab.gateway.cli;

/** Runs the embedded Redis alone; found with {@link java.util.ServiceLoader}. */
public interface RedisLauncher {

  /**
   * Starts the server and returns when it has stopped.
   *
   * @return the exit status of the process
   */
  int run(RedisFlags flags);
}
