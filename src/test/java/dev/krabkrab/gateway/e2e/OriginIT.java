package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.e2e.Cluster.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A web page somewhere makes the operator's browser connect. Protocol 01a §1.1, 05 §6.3. */
class OriginIT {
  private static final String REFUSAL =
      "origin not allowed (open the Control UI from the gateway host or allow it in"
          + " gateway.controlUi.allowedOrigins)";
  private static final String CONSOLE = "https://console.example.com";
  private static final String EVIL = "Origin: https://evil.example";

  @RegisterExtension
  static final Cluster cluster =
      Cluster.of(
          2,
          "{gateway:{auth:{token:'%s'},controlUi:{allowedOrigins:['%s']}}}"
              .formatted(TOKEN, CONSOLE));

  /** With everything it needs but a page of its own: the secret, and a device paired before. */
  @ParameterizedTest
  @CsvSource({
    "openclaw-control-ui, webchat",
    "webchat-ui, webchat",
    "krabkrab-control-ui, ui",
    "cli, cli",
    "gateway-client, backend",
  })
  void aForeignPageIsRefusedOnEveryInstanceWhateverItCallsItself(String id, String mode) {
    DeviceKeys browser = DeviceKeys.fresh();
    Connect connect = operator().client(id, mode).device(browser);
    Peer.connected(cluster.port(0), connect, "Origin: " + CONSOLE).close();

    for (int instance = 0; instance < 2; instance++) {
      try (Peer page = Peer.open(cluster.port(instance), EVIL)) {
        JsonNode error = page.connect(connect).path("error");

        assertThat(error.path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(error.path("message").asText()).isEqualTo(REFUSAL);
        assertThat(error.at("/details/code").asText()).isEqualTo("CONTROL_UI_ORIGIN_NOT_ALLOWED");
        assertThat(error.at("/details/reason").asText()).isEqualTo("origin not allowed");
        assertThat(page.closed().code()).isEqualTo(1008);
        assertThat(page.closed().reason()).isEqualTo(REFUSAL);
      }
    }
  }

  @Test
  void aRefusedPageLearnsNothingAboutTheSecret() {
    try (Peer page = Peer.open(cluster.port(1), EVIL)) {
      Connect wrong = Connect.operator(3).device(DeviceKeys.fresh()).token("wrong");
      JsonNode error = page.connect(wrong).path("error");

      assertThat(error.path("message").asText()).isEqualTo(REFUSAL);
      assertThat(error.has("details")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "http://"})
  void aPageWithoutAnOriginOfItsOwnIsForeign(String origin) {
    try (Peer page = Peer.open(cluster.port(0), "Origin: " + origin)) {
      JsonNode error = page.connect(operator()).path("error");

      assertThat(error.path("message").asText()).isEqualTo(REFUSAL);
      assertThat(page.closed().code()).isEqualTo(1008);
    }
  }

  /** A browser asks before it sends a header with a secret to another origin, and is told no. */
  @ParameterizedTest
  @ValueSource(strings = {"/tools/invoke", "/v1/chat/completions", "/v1/responses", "/v1/models"})
  void overHttpNoAnswerLetsAForeignPageSendASecret(String path) {
    for (int instance = 0; instance < 2; instance++) {
      for (String method : List.of("OPTIONS", "POST")) {
        try (FloodSocket browser = FloodSocket.open(cluster.port(instance))) {
          browser.send(
              method
                  + " "
                  + path
                  + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n"
                  + EVIL
                  + "\r\nAccess-Control-Request-Method: POST\r\n"
                  + "Access-Control-Request-Headers: authorization\r\n\r\n");
          assertThat(browser.head())
              .startsWith("HTTP/1.1 4")
              .doesNotContainIgnoringCase("access-control-allow");
        }
      }
    }
  }

  @Test
  void aRemotePageOnLocalhostIsForeign() {
    try (Peer page = Peer.open(cluster.port(0), "Origin: http://localhost:5173", Cluster.REMOTE)) {
      assertThat(page.connect(operator()).at("/error/message").asText()).isEqualTo(REFUSAL);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:5173", "http://127.0.0.1:18789", CONSOLE})
  void pagesOfThisHostAndListedOnesAreWelcome(String origin) {
    Peer.connected(cluster.port(1), operator(), "Origin: " + origin).close();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void clientsThatAreNoBrowsersAreNotConcerned(int version) {
    Connect ui = Connect.operator(version).client("openclaw-control-ui", "webchat");
    Peer.connected(cluster.port(0), ui.device(DeviceKeys.fresh()).token(TOKEN)).close();
    Connect node = Connect.node(version).device(DeviceKeys.fresh()).token(TOKEN);
    Peer.connected(cluster.port(1), node).close();
  }

  @Test
  void aChangedListCountsOnEveryInstance() {
    String origin = "Origin: https://later.example.com";
    try (Peer admin = cluster.admin(0)) {
      ObjectNode patch = Json.object().put("baseHash", hash(admin));
      patch.put(
          "raw",
          "{gateway:{controlUi:{allowedOrigins:['%s','https://later.example.com']}}}"
              .formatted(CONSOLE));
      admin.ok("config.patch", Json.text(patch));
    }
    await()
        .untilAsserted(
            () -> {
              try (Peer page = Peer.open(cluster.port(1), origin)) {
                assertThat(page.connect(operator()).path("ok").asBoolean()).isTrue();
              }
            });
  }

  private static String hash(Peer admin) {
    return admin.ok("config.get", "{}").path("hash").asText();
  }

  private static Connect operator() {
    return Connect.operator(4)
        .device(DeviceKeys.fresh())
        .token(TOKEN)
        .scopes("operator.read", "operator.approvals", "operator.pairing");
  }
}
