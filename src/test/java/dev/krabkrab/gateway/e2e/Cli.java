package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cli.CliContext;
import dev.krabkrab.gateway.cli.Main;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The command line of one user, run in this process. */
final class Cli {
  private final Path home;
  private final String url;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  Cli(Path home, String url) {
    this.home = home;
    this.url = url;
  }

  /** The same user, talking to another instance. */
  Cli at(String otherUrl) {
    return new Cli(home, otherUrl);
  }

  /** Runs a command with the address and the shared token in the environment. */
  int run(String... arguments) {
    return run(Map.of("KRABKRAB_GATEWAY_TOKEN", Cluster.TOKEN), arguments);
  }

  int run(Map<String, String> environment, String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(arguments));
    if (!all.contains("token") && !all.contains("version") && !all.contains("--url")) {
      all.add("--url");
      all.add(url);
    }
    CliContext context =
        new CliContext(
            environment,
            home,
            InstantSource.system(),
            () -> UUID.randomUUID().toString(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            new BufferedReader(new StringReader("")));
    return Main.run(context, all.toArray(String[]::new));
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  /** Standard output as JSON. */
  JsonNode json() {
    return Objects.requireNonNull(Json.tryParse(out()), () -> out() + err());
  }
}
