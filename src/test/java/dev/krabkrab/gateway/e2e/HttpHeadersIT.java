package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.app.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What browsers and proxies are told by every answer that is no WebSocket. */
class HttpHeadersIT {
  private static final List<String> ALWAYS =
      List.of(
          "x-content-type-options: nosniff",
          "referrer-policy: no-referrer",
          "cache-control: no-store",
          "content-security-policy: default-src 'none'; frame-ancestors 'none'",
          "x-frame-options: deny");

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster =
        Cluster.of(1, "{gateway:{auth:{token:'t-123456'},management:{port:0,bind:'loopback'}}}");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  static Stream<String> requests() {
    return Stream.concat(
        Stream.of("OPTIONS *", "GET http://x", "GET /%zz", "PUT /tools/invoke", "POST /hooks"),
        Stream.of("GET", "HEAD", "POST")
            .flatMap(
                method ->
                    Stream.of("/", "/healthz", "/readyz", "/metrics", "/%2e%2e/x")
                        .map(path -> method + " " + path)));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void everyAnswerIsArmoured(String request) throws IOException {
    TestGateway gateway = cluster.instance(0);
    for (int port : List.of(gateway.port(), gateway.managementPort())) {
      List<String> headers = headers(new Socket(InetAddress.getLoopbackAddress(), port), request);

      assertThat(headers).containsAll(ALWAYS);
      assertThat(headers).noneMatch(line -> line.startsWith("strict-transport-security"));
      assertThat(headers).noneMatch(line -> line.startsWith("server:"));
      assertThat(headers).noneMatch(line -> line.startsWith("access-control-"));
    }
  }

  @Test
  void browsersStayWithTlsOnceTheyHaveSeenIt() throws IOException {
    try (Cluster tls = Cluster.of(1, TlsVersionIT.config("1.3"))) {
      List<String> headers =
          headers(TlsVersionIT.handshake(tls.port(0), "TLSv1.3"), "GET /healthz");

      assertThat(headers).containsAll(ALWAYS);
      assertThat(headers).contains("strict-transport-security: max-age=31536000");
    }
  }

  /** The lines of the answer's head, in lower case. */
  private static List<String> headers(Socket connected, String request) throws IOException {
    try (Socket socket = connected) {
      socket.setSoTimeout(30_000);
      String head =
          request + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 ");
      return answer.split("\r\n\r\n", 2)[0].toLowerCase(Locale.ROOT).lines().toList();
    }
  }
}
