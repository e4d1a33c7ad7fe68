package dev.krabkrab.gateway.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell in a folder of its own, as an operator has it: {@code krabkrab}, {@code kubectl} for pods
 * that are this machine, {@code redis-cli} and {@code redis-server}. Blocks run as they stand in
 * their page, but for what is written there between angle brackets.
 */
final class Terminal {
  private static final Path CHECKOUT = Path.of("").toAbsolutePath();
  private static final Pattern PLACEHOLDER = Pattern.compile("<[a-z][a-z0-9. -]*>");
  private static final String ROOT = CHECKOUT.toString();

  /** The hosts of a page are ports here. */
  private static final String REDIS_CLI =
      """
      #!/usr/bin/env bash
      host=main words=()
      while [ $# -gt 0 ]; do
        case $1 in
          -h) host=$2; shift 2 ;;
          -p) shift 2 ;;
          *) words+=("$1"); shift ;;
        esac
      done
      port=$(sed -n "s/^$host //p" "$REDIS_HOSTS")
      [ -n "$port" ] || { echo "no Redis called $host" >&2; exit 64; }
      if [ "$host" = sentinel ]; then unset REDISCLI_AUTH; fi
      exec '%s' -p "$port" "${words[@]}"
      """;

  private final Path folder;
  private final Path programs;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, Integer> hosts = new LinkedHashMap<>();

  private Terminal(Path folder, Path programs) {
    this.folder = folder;
    this.programs = programs;
  }

  /**
   * Opens one; tests that need it are left out where no {@code redis-cli} can be had.
   *
   * @param folder empty
   */
  static Terminal open(Path folder) throws Exception {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Files.createDirectories(folder.resolve("kube"));
    Terminal terminal = new Terminal(Files.createDirectories(folder.resolve("work")), programs);
    terminal.program("krabkrab", "#!/bin/sh\nexec '%s/bin/krabkrab' \"$@\"\n".formatted(ROOT));
    terminal.program("kubectl", Files.readString(Path.of("src/test/resources/runbook/kubectl")));
    String real = output(CHECKOUT + "/.ci/redis-cli", "target/redis-cli").strip();
    assumeTrue(!real.isEmpty(), "no redis-cli, and none could be fetched");
    terminal.program("redis-cli", REDIS_CLI.formatted(real));
    terminal.set("KUBE", folder.resolve("kube").toString());
    terminal.set("REDIS_HOSTS", folder.resolve("hosts").toString());
    terminal.set("HOME", Files.createDirectories(folder.resolve("home")).toString());
    terminal.set("KRABKRAB_JAVA", System.getProperty("java.home"));
    terminal.set("KRABKRAB_CACHE_DIR", CHECKOUT.resolve("target/runbook-cache").toString());
    return terminal;
  }

  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /** Gives {@code redis-cli -h <name>} a server; without {@code -h} it asks {@code main}. */
  void redis(String name, int port) throws IOException {
    hosts.put(name, port);
    StringBuilder lines = new StringBuilder();
    hosts.forEach((host, at) -> lines.append(host).append(' ').append(at).append('\n'));
    Files.writeString(folder.resolveSibling("hosts"), lines);
  }

  void program(String name, String script) throws IOException {
    Path file = Files.writeString(programs.resolve(name), script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** What kubectl was asked to do, a line for each. */
  List<String> asked() throws IOException {
    return Files.readAllLines(folder.resolveSibling("kube").resolve("log"));
  }

  /** What a key of the Secret holds. */
  String secret(String key) throws IOException {
    return Files.readString(folder.resolveSibling("kube").resolve("secret").resolve(key));
  }

  String run(String name) throws Exception {
    return run(name, Map.of());
  }

  /**
   * Runs a block of a page to its end.
   *
   * @param values what stands for placeholders, which are texts of the page
   * @return its output and errors
   */
  String run(String name, Map<String, String> values) throws Exception {
    DocBlock block = DocBlock.named(name);
    String text = block.text();
    for (Map.Entry<String, String> value : values.entrySet()) {
      assertThat(text).as(block.place()).contains(value.getKey());
      text = text.replace(value.getKey(), value.getValue());
    }
    Matcher left = PLACEHOLDER.matcher(text);
    assertThat(left.find()).as("%s: what is %s?", block.place(), text).isFalse();
    return shell(block.place(), text);
  }

  /** Runs lines of a shell; one with the comment "refused" has to fail, all others must not. */
  String shell(String place, String text) throws Exception {
    StringBuilder script = new StringBuilder("set -eu\n");
    for (String line : text.split("\n")) {
      script.append(
          line.matches(".*# refused.*")
              ? "if " + line + "\nthen echo 'was not refused'; exit 99; fi\n"
              : line + "\n");
    }
    Path log = Files.createTempFile(folder.getParent(), "output", ".log");
    Path answers = Files.writeString(folder.resolveSibling("answers"), "y\ny\ny\n");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", script.toString())
            .directory(folder.toFile())
            .redirectInput(answers.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    String path = System.getenv("PATH");
    builder.environment().keySet().removeIf(variable -> variable.startsWith("KRABKRAB"));
    builder.environment().putAll(environment);
    builder.environment().put("PATH", programs + ":" + path);
    Process process = builder.start();
    boolean ended = process.waitFor(90, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    String said = Files.readString(log);
    assertThat(ended).as("%s goes on:%n%s", place, said).isTrue();
    assertThat(process.exitValue()).as("%s:%n%s%n%s", place, text, said).isZero();
    return said;
  }

  private static String output(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? text : "";
  }
}
