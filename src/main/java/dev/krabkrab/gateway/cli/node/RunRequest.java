package dev.krabkrab.gateway.cli.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One command as it is to run.
 *
 * @param argv its words; the first is the program as it was named
 * @param program full path of the program
 * @param cwd folder it runs in
 * @param env variables that the caller sets
 * @param timeout longest time it may take
 * @param whose whom it runs for
 * @param approved whether a human approved it
 */
record RunRequest(
    List<String> argv,
    Path program,
    Path cwd,
    Map<String, String> env,
    Duration timeout,
    Whose whose,
    boolean approved) {

  RunRequest {
    argv = List.copyOf(argv);
    env = Map.copyOf(env);
  }

  /**
   * Whom a command runs for.
   *
   * @param text the command as people read it
   * @param quiet whether nobody wants to be told of its end
   */
  record Whose(
      @Nullable String agentId,
      @Nullable String sessionKey,
      @Nullable String runId,
      String text,
      boolean quiet) {}
}
