package dev.krabkrab.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The browser of a node on another instance. Protocol 03 §27. */
@Timeout(60)
class BrowserIT {
  private Cluster cluster;
  private Peer a;

  @BeforeEach
  void start() {
    cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);
    a = cluster.admin(0);
  }

  @AfterEach
  void stop() {
    a.close();
    cluster.close();
  }

  private Peer browser(DeviceKeys keys, String name) {
    return Peer.connected(
        cluster.port(1),
        Connect.node(3)
            .about("displayName", name)
            .with("caps", "browser")
            .with("commands", "browser.proxy")
            .device(keys)
            .token(Cluster.TOKEN));
  }

  private JsonNode listed(int nodes) {
    await().until(() -> a.ok("node.list", "{}").path("nodes").size() == nodes);
    return a.ok("node.list", "{}").path("nodes");
  }

  private void set(String browser) {
    a.ok(
        "config.patch",
        Json.text(
            Json.object()
                .put("raw", "{gateway:{nodes:{browser:" + browser + "}}}")
                .put("baseHash", a.ok("config.get", "{}").path("hash").asText())));
  }

  private String refusal() {
    return a.call("browser.request", "{\"method\":\"get\",\"path\":\"/\"}")
        .at("/error/message")
        .asText();
  }

  @Test
  void aRequestGoesToTheOnlyBrowserAndItsFilesAreServedByAll() throws Exception {
    assertThat(refusal()).isEqualTo("browser control is disabled");
    try (Peer node = browser(DeviceKeys.fresh(), "Desk")) {
      listed(1);
      ObjectNode params = Json.object().put("method", " post ").put("path", "/screenshot");
      params.putObject("query").put("profile", "chrome");
      params.putObject("body").put("full", true);
      String id = a.send("browser.request", params.put("timeoutMs", 5_000));

      JsonNode asked = node.event("node.invoke.request");
      assertThat(asked.path("command").asText()).isEqualTo("browser.proxy");
      assertThat(asked.path("paramsJSON").asText())
          .isEqualTo(
              "{\"method\":\"POST\",\"path\":\"/screenshot\",\"query\":{\"profile\":\"chrome\"},"
                  + "\"body\":{\"full\":true},\"timeoutMs\":5000,\"profile\":\"chrome\"}");
      String picture = Base64.getEncoder().encodeToString("PNG".getBytes(UTF_8));
      answer(
          node,
          asked,
          "{\"result\":{\"ok\":true,\"path\":\"/tmp/a.png\"},\"files\":[{\"path\":\"/tmp/a.png\","
              + "\"base64\":\""
              + picture
              + "\",\"mimeType\":\"image/png\"}]}");

      JsonNode payload = a.answer(id).path("payload");
      assertThat(payload.path("ok").asBoolean()).isTrue();
      assertThat(payload.path("path").asText()).startsWith("/media/").endsWith(".png");
      for (int instance = 0; instance < 2; instance++) {
        try (HttpClient http = HttpClient.newHttpClient()) {
          URI uri =
              URI.create(
                  "http://127.0.0.1:" + cluster.port(instance) + payload.path("path").asText());
          HttpResponse<String> got =
              http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
          assertThat(got.body()).isEqualTo("PNG");
          assertThat(got.headers().firstValue("content-type")).contains("image/png");
        }
      }

      String empty = a.send("browser.request", Json.object().put("method", "GET").put("path", "/"));
      answer(
          node,
          node.event("node.invoke.request", e -> !e.path("id").equals(asked.path("id"))),
          "{}");
      assertThat(a.answer(empty).at("/error/message").asText()).isEqualTo("browser proxy failed");
    }
  }

  private static void answer(Peer node, JsonNode asked, String payload) {
    node.ok(
        "node.invoke.result",
        Json.text(
            Json.object()
                .put("id", asked.path("id").asText())
                .put("nodeId", asked.path("nodeId").asText())
                .put("ok", true)
                .put("payloadJSON", payload)));
  }

  @Test
  void whichBrowserIsMeantFollowsFromTheDocument() {
    set("{node:'Desk One'}");
    assertThat(refusal()).isEqualTo("Error: No connected browser-capable nodes.");
    DeviceKeys first = DeviceKeys.fresh();
    try (Peer one = browser(first, "desk-one");
        Peer two = browser(DeviceKeys.fresh(), "DESK ONE")) {
      listed(2);
      assertThat(refusal()).startsWith("Error: ambiguous node: Desk One (matches: ");
      set("{node:'other'}");
      assertThat(refusal()).isEqualTo("Error: Configured browser node not connected: other");
      set("{node:null}");
      assertThat(refusal()).isEqualTo("browser control is disabled");
      String id = listed(2).path(0).path("nodeId").asText();
      set("{node:'" + id.substring(0, 12) + "',mode:'off'}");
      assertThat(refusal()).isEqualTo("browser control is disabled");
      set("{mode:'manual'}");
      String call =
          a.send(
              "browser.request",
              Objects.requireNonNull(Json.tryParse("{\"method\":\"GET\",\"path\":\"/\"}")));
      Peer meant = first.id().equals(id) ? one : two;
      answer(meant, meant.event("node.invoke.request"), "{\"result\":[1]}");
      assertThat(Json.text(a.answer(call).path("payload"))).isEqualTo("[1]");

      a.ok(
          "config.patch",
          Json.text(
              Json.object()
                  .put("raw", "{gateway:{nodes:{denyCommands:['browser.proxy']}}}")
                  .put("baseHash", a.ok("config.get", "{}").path("hash").asText())));
      assertThat(refusal()).isEqualTo("node command not allowed");
    }
  }
}
