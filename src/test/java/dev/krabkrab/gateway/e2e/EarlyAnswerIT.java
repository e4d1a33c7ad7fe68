package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who sends a body is judged by its head: what is refused is refused before the body comes. */
class EarlyAnswerIT {
  private static final int PATIENCE_MS = 8_000;
  private static final String SECRET = "a-secret-of-sixteen-and-more";

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster =
        Cluster.of(
            1,
            "{gateway:{auth:{token:'"
                + Cluster.TOKEN
                + "'},http:{endpoints:{chatCompletions:{enabled:true}}}},"
                + "hooks:{enabled:true,token:'hooks-token-1234567'},"
                + "channels:{telegram:{botToken:'123456:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',"
                + "apiRoot:'http://127.0.0.1:9',webhookUrl:'https://gateway.example/x',"
                + "webhookSecret:'"
                + SECRET
                + "'},webhook:{url:'http://127.0.0.1:9/',secret:'"
                + SECRET
                + "'}}}");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({
    "POST /channels/telegram/default, X-A: b, 401",
    "POST /channels/telegram/default, X-Telegram-Bot-Api-Secret-Token: wrong, 401",
    "POST /channels/telegram/other, X-A: b, 404",
    "POST /channels/slack/default, X-A: b, 404",
    "POST /channels/nobody/default, X-A: b, 404",
    "POST /channels/webhook/default, X-A: b, 401",
    "POST /channels/webhook/default, X-Krabkrab-Signature: none, 401",
    "PUT /channels/webhook/default, X-A: b, 405",
    "POST /hooks/wake, X-A: b, 401",
    "POST /hooks/agent, Authorization: Bearer wrong, 401",
    "POST /tools/invoke, X-A: b, 401",
    "POST /v1/chat/completions, Authorization: Bearer wrong, 401",
    "POST /v1/responses, X-A: b, 404",
    "POST /nowhere, X-A: b, 404",
    "POST /healthz, X-A: b, 404",
    "DELETE /protocol.schema.json, X-A: b, 405",
  })
  void theBodyIsNotWaitedFor(String line, String header, int status) {
    for (String length : new String[] {"Content-Length: 500", "Transfer-Encoding: chunked"}) {
      try (FloodSocket socket = FloodSocket.open(cluster.port(0))) {
        socket.send(
            line + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n" + length + "\r\n\r\n");
        assertThat(socket.rest(PATIENCE_MS))
            .startsWith("HTTP/1.1 " + status + " ")
            .containsIgnoringCase("connection: close");
      }
    }
  }

  @Test
  void aSignatureOfLongAgoIsRefusedBeforeItsBody() {
    long then = Instant.now().getEpochSecond() - 400;
    String signature = "X-Krabkrab-Signature: t=" + then + ",v1=" + "0".repeat(64);
    theBodyIsNotWaitedFor("POST /channels/webhook/default", signature, 401);
  }

  @Test
  void aBodyThatIsTooLongIsRefusedByItsLength() {
    try (FloodSocket socket = FloodSocket.open(cluster.port(0))) {
      socket.send(head("Content-Length: 2097153"));
      assertThat(socket.rest(PATIENCE_MS)).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void whoAsksWhetherToSendABodyIsToldAfterItsSecret() {
    try (FloodSocket socket = FloodSocket.open(cluster.port(0))) {
      socket.send(head("Content-Length: 2\r\nExpect: 100-continue"));
      assertThat(socket.head()).startsWith("HTTP/1.1 100 ");
      socket.send("{}");
      assertThat(socket.head()).startsWith("HTTP/1.1 400 ");
      // The connection goes on.
      socket.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(socket.rest(20_000)).contains("HTTP/1.1 200 ");
    }
    theBodyIsNotWaitedFor("POST /tools/invoke", "Expect: 100-continue", 401);
  }

  @Test
  void anAnswerIsReadThoughTheWholeBodyIsSentAllTheSame() {
    try (FloodSocket socket = FloodSocket.open(cluster.port(0))) {
      socket.send("POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n");
      socket.send(new byte[200_000]);
      assertThat(socket.rest(PATIENCE_MS)).startsWith("HTTP/1.1 404 ");
    }
  }

  private static String head(String more) {
    return "POST /tools/invoke HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + Cluster.TOKEN
        + "\r\n"
        + more
        + "\r\n\r\n";
  }
}
