package dev.krabkrab.gateway.cli;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --idempotency-key} of commands that are carried out once for each key. */
final class IdempotencyOption {
  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "The same key again joins or repeats the first answer. Default: a new one.")
  private @Nullable String key;

  /** The key that was given, or a fresh one. */
  String key(Supplier<String> fresh) {
    return key != null ? key : fresh.get();
  }
}
