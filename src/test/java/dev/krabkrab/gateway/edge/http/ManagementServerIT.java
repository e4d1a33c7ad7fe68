package dev.krabkrab.gateway.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.edge.http.HealthInputs.Stage;
import dev.krabkrab.gateway.loops.BlocksALoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port over real sockets. */
class ManagementServerIT {
  private static final long SILENCE_MS = 5_000;

  private final Vertx vertx = Vertx.vertx();
  private EventLoopWatch watch;
  private int port;
  private Probe probe;

  @BeforeEach
  void open() throws TimeoutException {
    watch = EventLoopWatch.start(vertx, worst -> {});
    Probes probes = new Probes(new Serving(watch), SILENCE_MS);
    Supplier<Future<String>> metrics = () -> Future.succeededFuture("a 1\n");
    port =
        new ManagementServer(vertx, 0, "127.0.0.1", probes, metrics)
            .listen()
            .await(30, TimeUnit.SECONDS);
    probe = new Probe(port);
  }

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private record Serving(EventLoopWatch watch) implements HealthInputs {
    @Override
    public Stage stage() {
      return Stage.SERVING;
    }

    @Override
    public long loopSilenceMs() {
      return watch.silenceMs();
    }

    @Override
    public boolean redisConnected() {
      return true;
    }

    @Override
    public boolean hearsOthers() {
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/health, live",
    "/healthz, live",
    "/startup, started",
    "/startupz, started",
    "/ready, ready",
    "/readyz, ready",
  })
  void everySpellingOfAProbeAnswersJson(String path, String word) {
    HttpResponse<String> response = probe.get(path + "?verbose");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("application/json; charset=utf-8");
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(Probe.json(response).path("status").asText()).isEqualTo(word);
  }

  @Test
  void metricsAreText() {
    HttpResponse<String> response = probe.get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body()).isEqualTo("a 1\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | true",
        "GZIP | true",
        "gzip;q=0.1 | true",
        "deflate, gzip;q=1.0, *;q=0.5 | true",
        "* | true",
        "br, x-gzip | true",
        "gzip;q=0 | false",
        "gzip;q=0.0, * | false",
        "*, gzip;q=0 | false",
        "*;q=0 | false",
        "gzip;q=lots | false",
        "gzip;level=9 | false",
        "identity | false",
        "gzipped | false",
        "'' | false",
      })
  void metricsAreCompressedWhereThatIsAskedFor(String accepted, boolean packed)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .header("accept-encoding", accepted)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("vary")).hasValue("accept-encoding");
      assertThat(answer.headers().firstValue("content-encoding").isPresent()).isEqualTo(packed);
      byte[] page = answer.body();
      if (packed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(page))) {
          page = in.readAllBytes();
        }
      }
      assertThat(new String(page, StandardCharsets.UTF_8)).isEqualTo("a 1\n");
    }
  }

  @Test
  void headIsAnsweredWithoutABody() throws IOException {
    String answer = raw("HEAD /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    assertThat(answer).containsOnlyOnce("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"})
  void otherMethodsAreNotAllowed(String method) {
    HttpResponse<String> response = probe.send(method, "/healthz");

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/healthz/", "/HEALTHZ", "/metrics2", "/api/v1/status", "//readyz"})
  void otherPathsAreNotFound(String path) {
    for (String method : List.of("GET", "POST")) {
      HttpResponse<String> response = probe.send(method, path);

      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attacker.example",
        "attacker.example:9090",
        "127.0.0.1.attacker.example",
        "localhost.attacker.example",
        "attacker.example.",
        "10.0.0.1.nip.io:9090",
      })
  void aPageWhoseNameWasMadeToLeadToLoopbackSeesNothing(String host) throws IOException {
    for (String path : List.of("/metrics", "/readyz", "/")) {
      String answer =
          raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 421 ").endsWith("\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: 127.0.0.1:9090",
        "Host: localhost",
        "Host: LOCALHOST:1",
        "Host: [::1]:9090",
        "Host: [fe80::1%25eth0]:9090",
        "Host: 10.42.0.7:9090",
        "Host: gateway:9090",
        "Host:",
      })
  void whoCallsItByAnAddressOrALocalNameIsAnswered(String host) throws IOException {
    assertThat(raw("GET /metrics HTTP/1.1\r\n" + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aBodyThatIsStillComingIsNotWaitedFor() throws IOException {
    String answer =
        raw("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc");

    assertThat(answer).startsWith("HTTP/1.1 405 ").contains("connection: close");
  }

  @Test
  @BlocksALoop
  void aStuckLoopEndsLivenessUntilItAnswersAgain() {
    CountDownLatch release = new CountDownLatch(1);
    try {
      // Contexts are given out in turn, so this is another loop than the server's.
      Context another = ((VertxInternal) vertx).createEventLoopContext();
      another.runOnContext(turn -> awaitQuietly(release));
      await().until(() -> "503 stuck".equals(probe.word("/healthz")));
      assertThat(Probe.json(probe.get("/healthz")).at("/checks/eventLoops/reason").asText())
          .matches("an event loop has not answered for \\d+ ms");
      assertThat(probe.word("/readyz")).isEqualTo("200 ready");
    } finally {
      release.countDown();
    }
    await().until(() -> "200 live".equals(probe.word("/healthz")));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("never released");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Everything that comes back until the other side closes. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
