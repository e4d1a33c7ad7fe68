package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.edge.http.Description;
import dev.krabkrab.gateway.edge.http.Endpoint.Port;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the endpoints of both ports answer is what their OpenAPI documents say. */
class OpenApiIT {
  private static final String HOOKS = "secret-of-the-hooks";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static ModelServer models;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    models = new ModelServer();
    cluster =
        Cluster.of(
            1,
            "{gateway:{auth:{token:'"
                + Cluster.TOKEN
                + "',tokens:[{name:'read',token:'secret-of-the-reader',scopes:['operator.read']}]},"
                + "management:{port:0,bind:'loopback'},"
                + "http:{endpoints:{chatCompletions:{enabled:true},responses:{enabled:true}}}},"
                + "hooks:{enabled:true,token:'"
                + HOOKS
                + "',mappings:[{match:{path:'job'},messageTemplate:'{{what}}'},"
                + "{match:{path:'bell'},action:'wake',textTemplate:'it rang'}]},"
                + models.document("words-3-20")
                + "}");
  }

  @AfterAll
  static void stop() {
    cluster.close();
    models.close();
  }

  private static int port(Port port) {
    return port == Port.CLIENTS ? cluster.port(0) : cluster.instance(0).managementPort();
  }

  private static HttpResponse<String> send(
      Port port, String method, String path, String bearer, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(port) + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @EnumSource(Port.class)
  void eachPortServesItsDocument(Port port) throws Exception {
    HttpResponse<String> answer = send(port, "GET", "/openapi.json", "", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Json.tryParse(answer.body()).path("paths").has("/openapi.json")).isTrue();
    Description.of(port).describes("GET", "/openapi.json", answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "POST | /hooks/wake | hooks | {\"text\":\"look\"} | 200",
        "POST | /hooks/wake | hooks | {} | 400",
        "POST | /hooks/wake | wrong | {} | 401",
        "POST | /hooks/agent | hooks | {\"message\":\"hi\"} | 202",
        "POST | /hooks/agent | hooks | [] | 400",
        "POST | /hooks/agent | hooks | {\"message\":\"hi\",\"sessionKey\":\"agent:ghost:x\"} | 404",
        "GET | /hooks/agent | hooks | ~~ | 405",
        "POST | /hooks/{name}=job | hooks | {\"what\":\"hi\"} | 202",
        "POST | /hooks/{name}=bell | hooks | {} | 200",
        "POST | /hooks/{name}=job | hooks | {} | 500",
        "POST | /hooks/{name}=nothing | hooks | {} | 404",
        "POST | /tools/invoke | token | {\"tool\":\"nodes_list\"} | 200",
        "POST | /tools/invoke | token | {} | 400",
        "POST | /tools/invoke | token | {\"tool\":\"http_fetch\"} | 400",
        "POST | /tools/invoke | wrong | {} | 401",
        "POST | /tools/invoke | read | {\"tool\":\"cron_add\"} | 403",
        "POST | /tools/invoke | token | {\"tool\":\"x\"} | 404",
        "PUT | /tools/invoke | token | {} | 405",
        "POST | /v1/responses | token | {\"model\":\"openclaw\",\"input\":\"hi\"} | 200",
        "POST | /v1/responses | token | {\"input\":\"hi\"} | 400",
        "POST | /v1/responses | none | {} | 401",
        "POST | /v1/responses | read | {} | 403",
        "POST | /v1/responses | token | {\"model\":\"openclaw:ghost\",\"input\":\"hi\"} | 404",
        "GET | /v1/responses | token | ~~ | 405",
        "POST | /v1/chat/completions | token |"
            + " {\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]} | 200",
        "POST | /v1/chat/completions | token | {\"messages\":[]} | 400",
        "POST | /v1/chat/completions | token | no | 400",
        "POST | /v1/chat/completions | none | {} | 401",
        "POST | /v1/chat/completions | read | {} | 403",
        "POST | /v1/chat/completions | token |"
            + " {\"model\":\"agent:ghost\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]} |"
            + " 404",
        "GET | /v1/models | token | ~~ | 200",
        "GET | /v1/models | wrong | ~~ | 401",
        "POST | /v1/models | token | ~~ | 405",
        "GET | /v1/models/{model}=openclaw:main | token | ~~ | 200",
        "GET | /v1/models/{model}=openclaw/main | token | ~~ | 200",
        "GET | /v1/models/{model}=ghost | token | ~~ | 404",
        "GET | /v1/models/{model}=openclaw:main | wrong | ~~ | 401",
        "POST | /v1/models/{model}=openclaw:main | token | ~~ | 405",
        "POST | /channels/{channel}/{accountId}=telegram/main | none | {} | 404",
        "POST | /channels/{channel}/{accountId}=TELEGRAM/main | none | {} | 404",
        "GET | /channels/{channel}/{accountId}=telegram/main | none | ~~ | 405",
        "GET | /media/{name}=a.png | none | ~~ | 404",
        "GET | /protocol.schema.json | none | ~~ | 200",
        "POST | /protocol.schema.json | none | ~~ | 405",
        "POST | /openapi.json | none | ~~ | 405",
        "GET | /healthz | none | ~~ | 200",
        "HEAD | /healthz | none | ~~ | 200",
        "GET | /readyz | none | ~~ | 200",
      })
  void theClientsPortAnswersWhatIsDescribed(
      String method, String what, String who, String body, int status) throws Exception {
    String bearer =
        switch (who) {
          case "hooks" -> HOOKS;
          case "token" -> Cluster.TOKEN;
          case "read" -> "secret-of-the-reader";
          case "wrong" -> "a-wrong-one";
          default -> "";
        };
    String template = what.split("=", 2)[0];
    HttpResponse<String> answer =
        send(Port.CLIENTS, method, filled(what), bearer, body == null ? "" : body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    String described = status == 405 ? Description.of(Port.CLIENTS).onlyMethod(template) : method;
    Description.of(Port.CLIENTS).describes(described, template, answer);
  }

  /** {@code /a/{x}/{y}=1/2} is the path {@code /a/1/2}. */
  private static String filled(String what) {
    int equals = what.indexOf('=');
    return equals < 0
        ? what
        : what.substring(0, what.indexOf("/{")) + "/" + what.substring(equals + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /health, 200",
    "GET, /healthz, 200",
    "HEAD, /healthz, 200",
    "GET, /startup, 200",
    "GET, /startupz, 200",
    "GET, /ready, 200",
    "GET, /readyz, 200",
    "GET, /metrics, 200",
    "POST, /metrics, 405",
    "DELETE, /openapi.json, 405",
  })
  void theManagementPortAnswersWhatIsDescribed(String method, String path, int status)
      throws Exception {
    HttpResponse<String> answer = send(Port.MANAGEMENT, method, path, "", "");
    assertThat(answer.statusCode()).isEqualTo(status);
    Description.of(Port.MANAGEMENT).describes(status == 405 ? "GET" : method, path, answer);
  }

  @Test
  void bodiesThatAreTooLargeAreAnsweredAsDescribed() throws Exception {
    String large = "x".repeat(256 * 1024 + 1);
    HttpResponse<String> answer = send(Port.CLIENTS, "POST", "/hooks/agent", HOOKS, large);
    assertThat(answer.statusCode()).isEqualTo(413);
    Description.of(Port.CLIENTS).describes("POST", "/hooks/agent", answer);
  }
}
