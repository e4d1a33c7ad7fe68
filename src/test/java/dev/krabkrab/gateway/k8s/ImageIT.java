package dev.krabkrab.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.agent.media.Pdfs;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The image's files, assembled by its own scripts and started by its own ENTRYPOINT. */
class ImageIT {
  private static final Path WORK = Path.of("target", "image").toAbsolutePath();
  private static final Path APP = WORK.resolve("root/opt/krabkrab");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern UP = Pattern.compile("is up \\((\\d+) ms\\)");
  private static final String TOKEN = "token-of-the-image-test";
  private static final long MOST_MEGABYTES = 184;

  private static ImageRecipe image;
  private static Sandbox sandbox;
  private static RedisProcess redis;

  @BeforeAll
  static void assemble() throws Exception {
    redis = RedisProcess.startEmpty();
    deleteTree(WORK);
    Files.createDirectories(WORK);
    image = ImageRecipe.read(Path.of("Dockerfile"));
    Path log = WORK.resolve("assemble.log");
    ProcessBuilder assemble =
        new ProcessBuilder("k8s/image/assemble", WORK.resolve("root").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    assemble.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = assemble.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroy();
    }
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    sandbox =
        Sandbox.open(
            WORK.resolve("root"), WORK.resolve("state"), WORK.resolve("secrets"), image.user());
    System.out.println(Files.readString(log));
    System.out.println("ImageIT: runs " + (sandbox.isolated() ? "" : "un") + "isolated");
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Test
  void theImageHoldsNothingThatIsNotNeeded() throws Exception {
    List<Path> files = files(APP);

    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .contains("krabkrab", "krabkrab-pdf", "krabkrab-gateway.jar", "krabkrab.aot")
        .doesNotContain("sh", "bash", "java", "keytool", "redis-server")
        .noneMatch(name -> name.startsWith("embedded-redis") || name.contains("junit"));
    long size = 0;
    for (Path file : files) {
      size += Files.size(file);
    }
    System.out.printf("ImageIT: %d MB in %d files%n", size >> 20, files.size());
    assertThat(size >> 20).isLessThan(MOST_MEGABYTES);
  }

  @Test
  void theUserIsNumericAndNotRoot() {
    // Kubernetes can only check runAsNonRoot for a number.
    assertThat(image.user()).matches("[1-9]\\d*:[1-9]\\d*");
  }

  @Test
  void withoutTheAddressOfARedisItSaysWhatToSet() throws Exception {
    Running gateway = start(image.command(), Map.of("KRABKRAB_PORT", port()));

    assertThat(gateway.exitCode()).isEqualTo(2);
    assertThat(gateway.output()).contains("set KRABKRAB_REDIS_URL").doesNotContain("\tat ");
  }

  /** Without a screen, fonts, or any library but the C library. */
  @Test
  void itReadsPdfs() throws Exception {
    for (byte[] pdf : List.of(Pdfs.ofText("Hello"), Pdfs.scanned(1))) {
      Process process =
          sandbox
              .process(image, List.of("/opt/krabkrab/bin/krabkrab-pdf"), Map.of())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(pdf);
      }
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(process.waitFor()).isZero();
      assertThat(answer).startsWith("r").contains("JFIF");
    }
  }

  @Test
  void itServesInAPodOfProduction() throws Exception {
    String port = port();
    Map<String, String> pod = podOfProduction(port);
    try (Running gateway = start(image.command(), pod)) {
      await()
          .atMost(PATIENCE)
          .until(() -> gateway.output().contains("Next:") || !gateway.process().isAlive());
      assertThat(gateway.output()).contains("is up (");

      assertThat(run(0, image.healthCheck(), Map.of("KRABKRAB_PORT", port))).contains("OK");
      // The paths the kubelet asks for, on the management port.
      for (String path : List.of("/startupz", "/healthz", "/readyz")) {
        assertThat(run(0, command("probe", "--path", path), pod)).contains("OK");
      }
      // Nothing is local in a pod; the first device is let in by whoever reaches the Redis.
      assertThat(run(4, command("devices", "list", "--scopes", "operator.admin"), pod))
          .contains("pairing required");
      assertThat(run(0, command("devices", "approve", "--latest", "--in-redis"), pod))
          .contains("Approved");
      assertThat(run(0, command("status"), pod)).contains("Connected (", "protocol 4");
      // Redis, the worker verticles, schemas and the clock all have a part in this one.
      String request = "{\"command\":\"ls\",\"timeoutMs\":100}";
      assertThat(run(0, command("call", "exec.approval.request", request), pod))
          .contains("\"decision\" : null");

      report(gateway);
      gateway.process().destroy();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.output()).doesNotContain("\tat ").doesNotContain("WARN");
    }
  }

  /** The environment as the manifests make it, but for addresses and for where secrets are. */
  private static Map<String, String> podOfProduction(String port) throws Exception {
    Manifests manifests = Rendered.PRODUCTION;
    Map<String, String> pod = new Pod(manifests).environment();
    String url = redis.url();
    int at = url.indexOf('@');
    String config = manifests.settings().getData().get("gateway.json5");
    pod.put("KRABKRAB_CONFIG", file("gateway.json5", config));
    pod.put("KRABKRAB_GATEWAY_TOKEN_FILE", file("token", TOKEN + "\n"));
    pod.put("KRABKRAB_REDIS_URL_FILE", file("redis-url", "redis://" + url.substring(at + 1)));
    pod.put("KRABKRAB_REDIS_PASSWORD_FILE", file("redis-password", url.substring(9, at) + "\n"));
    pod.put("KRABKRAB_REDIS_MIN_REPLICAS_ACK", "0");
    pod.put("KRABKRAB_BIND", "loopback");
    pod.put("KRABKRAB_PORT", port);
    pod.put("KRABKRAB_MANAGEMENT_BIND", "loopback");
    pod.put("KRABKRAB_MANAGEMENT_PORT", port());
    pod.put("KRABKRAB_LOG_FORMAT", "text");
    // With it, an AOT cache that does not fit is no slow start but none at all.
    pod.merge("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on", (given, more) -> given + " " + more);
    if (!sandbox.isolated()) {
      pod.remove("KRABKRAB_STATE_DIR");
    }
    return pod;
  }

  private static String file(String name, String text) throws Exception {
    return sandbox.secret(name, text, image.user()).toString();
  }

  private static void report(Running gateway) throws IOException {
    Matcher up = UP.matcher(gateway.output());
    String memory =
        Files.readAllLines(Path.of("/proc/" + gateway.process().pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .findFirst()
            .orElse("");
    System.out.printf(
        "ImageIT: up after %s ms, %s%n", up.find() ? up.group(1) : "?", memory.strip());
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(image.command().getFirst()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static String run(int expected, List<String> command, Map<String, String> environment)
      throws Exception {
    try (Running running = start(command, environment)) {
      assertThat(running.exitCode()).as(running.output()).isEqualTo(expected);
      return running.output();
    }
  }

  private static Running start(List<String> command, Map<String, String> environment)
      throws IOException {
    Path output = Files.createTempFile(WORK, "output", ".log");
    Process process =
        sandbox
            .process(image, command, environment)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Running(process, output);
  }

  private record Running(Process process, Path file) implements AutoCloseable {
    String output() throws IOException {
      return Files.readString(file);
    }

    int exitCode() throws Exception {
      assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).as(output()).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static String port() throws IOException {
    return Integer.toString(RedisProcess.freePort());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
