package dev.krabkrab.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code krabkrab train}: what the launcher runs once, for later starts to be fast. */
@Command(
    name = "train",
    aliases = "rehearse",
    hidden = true,
    description = {
      "Runs a gateway of its own for some seconds and drives it, so that the Java runtime learns",
      "what a gateway does. The launcher keeps what was learned and starts with it from then on;",
      "it does so by itself, in the background, at the first start of a gateway. Touches no Redis",
      "and no settings of yours. KRABKRAB_CACHE_DIR says where it is kept."
    })
final class TrainCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return Launchers.find(AotTrainingLauncher.class, "a training run").run();
  }
}
