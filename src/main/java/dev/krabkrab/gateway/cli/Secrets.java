package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the shared secret of the gateway on this machine (Protocol 01b §4.1).
 *
 * @param config the instance's configuration file
 * @param environment environment variables
 * @param stateDir where the gateway keeps a token it generated itself
 */
record Secrets(ConfigFile config, Environment environment, Path stateDir) {
  /** File in the state directory with the token a gateway generated at its first start. */
  static final String TOKEN_FILE = "gateway-token";

  /** A secret and where it was found. */
  record Found(String value, String source) {
    @Override
    public String toString() {
      return "Found[source=" + source + "]";
    }
  }

  Optional<Found> token() {
    return config
        .text("gateway.auth.token")
        .map(value -> new Found(value, "config"))
        .or(() -> environment.token().map(value -> new Found(value, "environment")))
        .or(this::generatedToken);
  }

  Optional<Found> password() {
    return config
        .text("gateway.auth.password")
        .map(value -> new Found(value, "config"))
        .or(() -> environment.password().map(value -> new Found(value, "environment")));
  }

  private Optional<Found> generatedToken() {
    return PrivateFiles.read(stateDir.resolve(TOKEN_FILE))
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .map(value -> new Found(value, "state-dir"));
  }
}
