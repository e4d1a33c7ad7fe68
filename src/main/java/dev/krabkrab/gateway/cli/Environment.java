package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.config.InstanceSecrets;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The environment variables the command line knows, with the names older set-ups use. */
final class Environment {
  private final Map<String, String> variables;
  private final Path home;

  Environment(CliContext context) {
    this.variables = context.environment();
    this.home = context.home();
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /** {@code KRABKRAB_STATE_DIR}, else {@code ~/.krabkrab}. */
  Path stateDir() {
    return get("KRABKRAB_STATE_DIR").map(Path::of).orElse(home.resolve(".krabkrab"));
  }

  /** The shared token, under any of its names or from the file one of them points to. */
  Optional<String> token() {
    return Optional.ofNullable(secrets().environmentToken());
  }

  /** The same for the shared password. */
  Optional<String> password() {
    return Optional.ofNullable(secrets().environmentPassword());
  }

  private InstanceSecrets secrets() {
    try {
      return InstanceSecrets.load(Map.of(), variables);
    } catch (InvalidSettingException e) {
      throw CliException.local(String.valueOf(e.getMessage()), "Correct or unset the variable.", e);
    }
  }
}
