package dev.krabkrab.gateway.cli;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Runs the command line in this process and keeps what it prints. */
final class TestCli {
  static final long NOW = 1_737_264_060_000L;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  private final Path home;
  private String input = "";

  TestCli(Path home) {
    this.home = home;
  }

  TestCli environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  TestCli input(String text) {
    input = text;
    return this;
  }

  CliContext context() {
    return new CliContext(
        environment,
        home,
        InstantSource.fixed(Instant.ofEpochMilli(NOW)),
        () -> "key-1",
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        new BufferedReader(new StringReader(input)));
  }

  int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(context(), args);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  Path state(String file) {
    return home.resolve(".krabkrab").resolve(file);
  }
}
