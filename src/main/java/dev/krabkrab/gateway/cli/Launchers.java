package dev.krabkrab.gateway.cli;

import java.util.ServiceLoader;

/** Finds the part of the application a command starts. */
final class Launchers {
  private Launchers() {}

  /**
   * @throws CliException when the class path holds none
   */
  static <T> T find(Class<T> type, String what) {
    return ServiceLoader.load(type)
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    ExitCodes.INTERNAL,
                    "this installation cannot run " + what,
                    "No "
                        + type.getName()
                        + " is on the class path. Run the whole jar with bin/krabkrab."));
  }
}
