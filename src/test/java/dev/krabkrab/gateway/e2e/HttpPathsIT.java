package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A request finds an endpoint by the one spelling of its path and by its methods, and by nothing
 * that a router or a proxy would take for the same.
 */
class HttpPathsIT {
  private static final String HOOKS = "secret-of-the-hooks";
  private static final Pattern STATUS = Pattern.compile("HTTP/1.1 \\d{3}");

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster =
        Cluster.of(
            1,
            "{gateway:{auth:{token:'t-123456'},management:{port:0,bind:'loopback'},"
                + "http:{endpoints:{chatCompletions:{enabled:true}}}},"
                + "hooks:{enabled:true,token:'"
                + HOOKS
                + "',mappings:[{match:{path:'a%20b'},action:'wake',textTemplate:'x'}]}}");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({
    // The path as it is written, in origin form and in absolute form, with a query or without.
    "GET, /healthz, 200",
    "HEAD, /healthz, 200",
    "GET, /healthz?a=/../b&c=%zz, 200",
    "GET, http://localhost/healthz, 200",
    "GET, http://elsewhere.example/healthz?x, 200",
    "GET, /readyz, 200",
    "GET, /protocol.schema.json, 200",
    "POST, /tools/invoke, 401",
    "POST, http://localhost/tools/invoke, 401",
    "POST, /v1/chat/completions, 401",
    "GET, /v1/models, 401",
    // Nothing that is nearly it.
    "GET, /, 302",
    "GET, /healthz/, 404",
    "GET, //healthz, 404",
    "GET, ///healthz, 404",
    "GET, /./healthz, 404",
    "GET, /x/../healthz, 404",
    "GET, /../healthz, 404",
    "GET, /healthz/., 404",
    "GET, /healthz/x/.., 404",
    "GET, /%68ealthz, 404",
    "GET, /healthz%2f, 404",
    "GET, /%2fhealthz, 404",
    "GET, /healthz%00, 404",
    "GET, /healthz%20, 404",
    "GET, /healthz%zz, 404",
    "GET, /%, 404",
    "GET, /healthz;a=b, 404",
    "GET, /HEALTHZ, 404",
    "GET, \\healthz, 404",
    "GET, http://localhost//healthz, 404",
    "GET, http://localhost, 404",
    "POST, /tools/invoke/, 404",
    "POST, //tools/invoke, 404",
    "POST, /tools//invoke, 404",
    "POST, /tools/./invoke, 404",
    "POST, /tools/x/../invoke, 404",
    "POST, /healthz/../tools/invoke, 404",
    "POST, /%74ools/invoke, 404",
    "POST, /tools%2finvoke, 404",
    "POST, /tools%2Finvoke, 404",
    "POST, /tools/%2e/invoke, 404",
    "POST, /healthz/%2e%2e/tools/invoke, 404",
    "POST, /TOOLS/INVOKE, 404",
    "POST, /v1//chat/completions, 404",
    "POST, /v1/chat/completions/, 404",
    "GET, /v1/models/, 404",
    "GET, /v1/models/openclaw:main, 401",
    "GET, /v1/models/openclaw/main, 401",
    "GET, /v1/models/openclaw%3Amain, 401",
    "GET, /v1/models/openclaw%2Fmain, 401",
    "GET, /v1/models/../models/x, 404",
    "GET, /v1/models//x, 404",
    "GET, /v1/models/%78, 404",
    "GET, /v1/models/%zz, 404",
    "POST, /v1/models/x, 405",
    "GET, /protocol.schema.json/, 404",
    // What is switched off is not there, whatever the method.
    "POST, /v1/responses, 404",
    "GET, /v1/responses, 404",
    // Methods.
    "POST, /healthz, 404",
    "OPTIONS, /healthz, 404",
    "TRACE, /healthz, 404",
    "OPTIONS, *, 404",
    "GET, /tools/invoke, 405",
    "HEAD, /tools/invoke, 405",
    "OPTIONS, /tools/invoke, 405",
    "TRACE, /tools/invoke, 405",
    "PROPFIND, /tools/invoke, 405",
    "GET, /v1/chat/completions, 405",
    "HEAD, /v1/models, 405",
    "POST, /v1/models, 405",
    "HEAD, /protocol.schema.json, 405",
    "POST, /media/a.png, 404",
    "HEAD, /media/a.png, 404",
    "GET, /media/a.png, 404",
    "GET, /media/../healthz, 404",
    "GET, /media/..%2fhealthz, 404",
    "GET, /media/, 404",
    // Below the hooks everything asks for their secret, and is theirs alone.
    "POST, /hooks, 401",
    "POST, /hooks/agent, 401",
    "POST, /hooks/agent/, 401",
    "POST, /hooks//agent, 401",
    "GET, /hooks/agent, 401",
    "POST, /hooks/../tools/invoke, 401",
    "POST, /hooks/../healthz, 401",
    "POST, /hooks/agent?token=%zz, 401",
    "POST, //hooks/agent, 404",
    "POST, /x/../hooks/agent, 404",
    "POST, /%68ooks/agent, 404",
    "POST, /hooksagent, 404",
    // Channels know their own.
    "POST, /channels/telegram/main, 404",
    "GET, /channels/telegram/main, 405",
    "GET, /channels/Telegram/main, 404",
    "POST, /channels/telegram/main/, 404",
    "POST, /channels/telegram, 404",
    "POST, /channels/telegram/a%62, 404",
    "POST, /channels/telegram/../../tools/invoke, 404",
  })
  void anEndpointHasOneSpelling(String method, String target, int status) throws IOException {
    assertThat(status(cluster.port(0), method, target, "Host: localhost")).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /hooks/../tools/invoke, 404",
    "POST, /hooks/%61gent, 404",
    "POST, /hooks/./agent, 404",
    "POST, /hooks/a%20b, 200",
    "POST, /hooks//a%20b/, 200",
    "POST, /hooks/agent, 400",
    "POST, /hooks/agent/, 400",
    "PUT, /hooks/agent, 405",
  })
  void theSecretOfTheHooksOpensNothingElse(String method, String target, int status)
      throws IOException {
    String secret = "Host: localhost\r\nAuthorization: Bearer " + HOOKS;
    assertThat(status(cluster.port(0), method, target, secret)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /readyz, 200",
    "GET, http://localhost/readyz, 200",
    "GET, /readyz/, 404",
    "GET, //readyz, 404",
    "GET, /./readyz, 404",
    "GET, /x/../metrics, 404",
    "GET, /%6detrics, 404",
    "GET, /metrics%2f, 404",
    "GET, /metrics%zz, 404",
    "OPTIONS, *, 404",
    "TRACE, /metrics, 405",
  })
  void theManagementPortIsAsStrict(String method, String target, int status) throws IOException {
    int port = cluster.instance(0).managementPort();
    assertThat(status(port, method, target, "Host: localhost")).isEqualTo(status);
    assertThat(status(port, method, target, "Host: page.example")).isEqualTo(421);
  }

  /** What a Host means is for those to say who let somebody in; probes often have none. */
  @ParameterizedTest
  @CsvSource({
    "X-None: 1, 401",
    "Host:, 401",
    "Host: localhost:x, 401",
    "Host: a b, 401",
    "Host: 127.0.0.1:1@gw.example.org, 401",
    "Host: localhost:80, 401",
  })
  void noHostIsRefusedForItsForm(String host, int refused) throws IOException {
    assertThat(status(cluster.port(0), "GET", "/healthz", host)).isEqualTo(200);
    assertThat(status(cluster.port(0), "POST", "/tools/invoke", host)).isEqualTo(refused);
  }

  @ParameterizedTest
  @CsvSource({
    "Host: localhost:80, 200",
    "Host: localhost, 200",
    "Host: 127.0.0.1:80, 200",
    "Host: localhost:x, 403",
    "Host: gw.example.org:80, 403",
  })
  void aPortThatIsTheDefaultChangesNothing(String host, int status) throws IOException {
    String request =
        "POST /tools/invoke HTTP/1.1\r\n"
            + host
            + "\r\n"
            + "Authorization: Bearer t-123456\r\n"
            + "Connection: close\r\n"
            + "Content-Length: 21\r\n\r\n"
            + "{\"tool\":\"nodes_list\"}";
    assertThat(answers(cluster.port(0), request).getFirst()).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
    String all =
        "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
            + "POST /tools/invoke HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Length: 0\r\n\r\n";
    assertThat(answers(cluster.port(0), all))
        .containsExactly("HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 401");
  }

  private static int status(int port, String method, String target, String headers)
      throws IOException {
    List<String> answers =
        answers(
            port,
            method
                + " "
                + target
                + " HTTP/1.1\r\n"
                + headers
                + "\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
    assertThat(answers).hasSize(1);
    return Integer.parseInt(answers.getFirst().substring(9, 12));
  }

  /** The beginning of each answer. */
  private static List<String> answers(int port, String requests) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return STATUS.matcher(all).results().map(MatchResult::group).toList();
    }
  }
}
