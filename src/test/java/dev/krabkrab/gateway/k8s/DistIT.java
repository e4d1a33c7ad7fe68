package dev.krabkrab.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archives of a release, unpacked and started where there is no Maven and no other Java. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DistIT {
  private static final String VERSION = "0.0.0-test";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Path OUT = Path.of("target", "dist-test").toAbsolutePath();

  @TempDir private static Path folder;
  private static Path tools;

  @BeforeAll
  static void pack() throws Exception {
    Path log = folder.resolve("dist.log");
    ProcessBuilder dist =
        new ProcessBuilder(".mvn/dist", VERSION, OUT.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    dist.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = dist.start();
    boolean ended = process.waitFor(8, TimeUnit.MINUTES);
    assertThat(ended && process.exitValue() == 0).as(Files.readString(log)).isTrue();
    // Found before those of the machine: whoever starts one is noticed.
    tools = Files.createDirectories(folder.resolve("tools"));
    for (String name : List.of("mvn", "java")) {
      Path tool = Files.writeString(tools.resolve(name), "#!/bin/sh\ntouch \"$0.used\"\nexit 1\n");
      Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void theChecksumsAreThoseOfTheArchives() throws Exception {
    List<String> sums = Files.readAllLines(OUT.resolve("SHA256SUMS"));

    assertThat(sums).hasSize(2);
    for (String line : sums) {
      String[] columns = line.split(" +\\*?");
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(OUT.resolve(columns[1])));
      assertThat(HexFormat.of().formatHex(digest)).isEqualTo(columns[0]);
    }
  }

  @Test
  void oneNeedsAJdkAndNothingElse() throws Exception {
    Path home = unpack("krabkrab-gateway-" + VERSION + ".tar.gz", "jdk");

    assertThat(home.resolve("runtime")).doesNotExist();
    assertThat(home.resolve("LICENSE")).exists();
    assertThat(home.resolve("man/man1/krabkrab-devices-approve.1")).content().contains(".SH");
    try (Stream<Path> libraries = Files.list(home.resolve("lib"))) {
      assertThat(libraries.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains("junit") || name.contains("helm"));
    }
    serves(home, Map.of("KRABKRAB_JAVA", System.getProperty("java.home")));
  }

  @Test
  void theOtherNeedsNothing() throws Exception {
    String archive;
    try (Stream<Path> files = Files.list(OUT)) {
      archive =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("krabkrab-gateway-" + VERSION + "-\\w+-\\w+\\.tar\\.gz"))
              .findFirst()
              .orElseThrow();
    }
    Path home = unpack(archive, "none");

    serves(home, Map.of());
    assertThat(tools.resolve("java.used")).doesNotExist();
  }

  /** Says its version, starts without configuration, and lets a command of its own in. */
  private static void serves(Path home, Map<String, String> environment) throws Exception {
    Path log = home.resolveSibling("gateway.log");
    assertThat(run(home, environment, "version")).contains("krabkrab ", "protocols 3 and 4");
    String port = Integer.toString(RedisProcess.freePort());
    String state = home.resolveSibling("state").toString();
    Process gateway =
        krabkrab(home, environment, "gateway", "--port", port, "--state-dir", state)
            .redirectOutput(log.toFile())
            .start();
    try {
      await()
          .atMost(PATIENCE)
          .until(() -> Files.readString(log).contains("is up (") || !gateway.isAlive());
      assertThat(gateway.isAlive()).as(Files.readString(log)).isTrue();

      String status = run(home, environment, "status", "--url", "ws://127.0.0.1:" + port);
      assertThat(status).contains("Connected (");
    } finally {
      gateway.destroy();
    }
    assertThat(gateway.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(gateway.exitValue()).as(Files.readString(log)).isZero();
    assertThat(tools.resolve("mvn.used")).doesNotExist();
  }

  private static String run(Path home, Map<String, String> environment, String... arguments)
      throws Exception {
    Path log = Files.createTempFile(folder, "output", ".log");
    Process process = krabkrab(home, environment, arguments).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    process.destroy();
    assertThat(ended && process.exitValue() == 0).as(Files.readString(log)).isTrue();
    return Files.readString(log);
  }

  private static ProcessBuilder krabkrab(
      Path home, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/krabkrab").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    String path = builder.environment().get("PATH");
    builder.environment().clear();
    builder.environment().put("PATH", tools + ":" + path);
    builder.environment().put("HOME", home.resolveSibling("home").toString());
    builder.environment().put("KRABKRAB_STATE_DIR", home.resolveSibling("state").toString());
    builder.environment().put("KRABKRAB_CACHE_DIR", "none");
    builder.environment().putAll(environment);
    return builder;
  }

  private static Path unpack(String archive, String where) throws Exception {
    Path target = Files.createDirectories(folder.resolve(where));
    Files.createDirectories(target.resolve("home"));
    Process tar =
        new ProcessBuilder("tar", "-xzf", OUT.resolve(archive).toString(), "-C", target.toString())
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar");
    }
    return target.resolve("krabkrab-gateway-" + VERSION);
  }
}
