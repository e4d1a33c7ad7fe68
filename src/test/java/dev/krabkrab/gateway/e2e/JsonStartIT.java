package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built jar as a process whose log is JSON: all that it writes can be read by line. */
class JsonStartIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  @Test
  void aStartAndAStopAreLinesOfJson() throws Exception {
    try (GatewayJvm gateway = gateway("DEBUG", "--management-port", "0", "--tls")) {
      await().atMost(PATIENCE).until(() -> gateway.log().contains(" is up ("));
      gateway.terminate();
      assertThat(gateway.exitCode(PATIENCE)).isZero();

      List<JsonNode> lines = lines(gateway);
      JsonNode up = saying(lines, " is up (");
      assertThat(up.path("level").asText()).isEqualTo("INFO");
      assertThat(up.path("url").asText()).isEqualTo("wss://127.0.0.1:" + gateway.port());
      assertThat(up.path("tls").asText()).matches("sha256:[0-9a-f]{64}");
      assertThat(up.path("management").asText()).startsWith("http://127.0.0.1:");
      assertThat(up.path("auth").asText()).startsWith("token, generated just now");
      assertThat(up.path("namespace").asText()).isNotEmpty();
      assertThat(up.path("startMs").isNumber()).isTrue();
      assertThat(up.path("instance")).isEqualTo(saying(lines, "stopping").path("instance"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--redis-url nonsense://x | 2",
        "--config none.json5 | 2",
        "--config bad.json5 | 2",
        "--bind 0.0.0.0 --auth none | 2",
        "--tls-cert none.pem --tls-key none.pem | 2",
        "--tls-cert none.pem | 2",
        "--auth maybe | 2",
        "--management-port 99999 | 2",
        "--management-port many | 2",
        "--no-such-flag | 2",
        "surplus | 2",
      })
  void aStartThatFailsSaysWhyInALineOfJson(String flags, int code) throws Exception {
    Files.writeString(directory.resolve("bad.json5"), "{gateway:{drain:{budgetMs:'soon'}}}");
    String here = flags.replaceAll("(\\w+\\.(pem|json5))", directory + "/$1");
    try (GatewayJvm gateway = gateway("OFF", here.split(" "))) {
      assertThat(gateway.exitCode(PATIENCE)).as(gateway.log()).isEqualTo(code);

      JsonNode line = lines(gateway).getLast();
      assertThat(line.path("level").asText()).isEqualTo("ERROR");
      assertThat(line.path("message").asText()).isNotBlank().doesNotStartWith("krabkrab:");
      assertThat(line.path("message").asText()).doesNotContain("gateway tls: gateway tls:");
    }
  }

  /** No log at all would be worse than one of the other format. */
  @Test
  void anUnknownFormatIsWarnedOfInAText() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      Map<String, String> environment = Map.of("KRABKRAB_LOG_FORMAT", "jsonl");
      try (GatewayJvm gateway =
          GatewayJvm.start(environment, directory.resolve("state"), "--port", port)) {
        assertThat(gateway.exitCode(PATIENCE)).isEqualTo(1);
        assertThat(gateway.log()).containsPattern(" WARN .*KRABKRAB_LOG_FORMAT is \"jsonl\"");
      }
    }
  }

  @Test
  void aTakenPortIsNamedInALineOfJson() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      try (GatewayJvm gateway = gateway("INFO", "--port", port)) {
        assertThat(gateway.exitCode(PATIENCE)).isEqualTo(1);
        JsonNode line = saying(lines(gateway), "port " + port + " on 127.0.0.1 is taken");
        assertThat(line.path("instance").asText()).isNotEmpty();
      }
    }
  }

  /** Each line that was written, all of them flat objects with what every line has. */
  private static List<JsonNode> lines(GatewayJvm gateway) {
    List<JsonNode> lines = gateway.log().lines().map(JsonStartIT::line).toList();
    assertThat(lines).isNotEmpty();
    return lines;
  }

  private static JsonNode line(String text) {
    JsonNode line = Json.tryParse(text);
    assertThat(line).as(text).isNotNull();
    assertThat(Objects.requireNonNull(line).isObject()).as(text).isTrue();
    line.forEach(field -> assertThat(field.isValueNode()).as(text).isTrue());
    assertThat(line.path("time").asText()).as(text).endsWith("Z");
    assertThat(line.path("level").asText()).as(text).isNotEmpty();
    assertThat(line.path("logger").asText()).as(text).isNotEmpty();
    assertThat(line.path("message").isTextual()).as(text).isTrue();
    return line;
  }

  private static JsonNode saying(List<JsonNode> lines, String part) {
    List<JsonNode> found =
        lines.stream().filter(line -> line.path("message").asText().contains(part)).toList();
    assertThat(found).as("%s in %s", part, lines).hasSize(1);
    return found.getFirst();
  }

  private GatewayJvm gateway(String level, String... flags) throws IOException {
    Map<String, String> environment =
        Map.of("KRABKRAB_LOG_FORMAT", "json", "KRABKRAB_LOG_LEVEL", level);
    return GatewayJvm.start(environment, directory.resolve("state"), flags);
  }
}
