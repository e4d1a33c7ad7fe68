package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far a browser on the gateway's host gets without anybody's approval. */
class BrowserPairingIT extends TwoInstances {
  private static final String[] USUAL = {"operator.read", "operator.approvals", "operator.pairing"};

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void withTheSecretABrowserIsPairedForTheUsualScopes(int version) {
    DeviceKeys browser = DeviceKeys.fresh();
    for (int instance = 0; instance < 2; instance++) {
      Peer.connected(
              cluster.port(instance),
              Connect.operator(version).device(browser).token(Cluster.TOKEN).scopes(USUAL),
              page(instance))
          .close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator.admin", "operator.write"})
  void whatIsMoreWaitsForAnApproval(String scope) {
    DeviceKeys browser = DeviceKeys.fresh();
    Connect more =
        Connect.operator(4).device(browser).token(Cluster.TOKEN).scopes("operator.read", scope);
    for (int instance = 0; instance < 2; instance++) {
      try (Peer peer = Peer.open(cluster.port(instance), page(instance))) {
        assertThat(peer.connect(more).at("/error/code").asText()).isEqualTo("NOT_PAIRED");
      }
    }
    assertThat(b.event("device.pair.requested", asked -> isOf(asked, browser)).isMissingNode())
        .isFalse();
  }

  @Test
  void whoIsInAlreadyGetsNoMoreThatWay() {
    DeviceKeys browser = DeviceKeys.fresh();
    Connect connect = Connect.operator(4).device(browser).token(Cluster.TOKEN);
    Peer.connected(cluster.port(0), connect.scopes(USUAL), page(0)).close();

    try (Peer peer = Peer.open(cluster.port(1), page(1))) {
      JsonNode error = peer.connect(connect.scopes("operator.admin")).path("error");
      assertThat(error.at("/details/reason").asText()).isEqualTo("scope-upgrade");
    }
  }

  @Test
  void noBrowserIsANodeThatWay() {
    Connect node = Connect.node(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    try (Peer peer = Peer.open(cluster.port(0), page(0))) {
      assertThat(peer.connect(node).at("/error/code").asText()).isEqualTo("NOT_PAIRED");
    }
  }

  @Test
  void whatIsNoBrowserGetsWhatItAsksFor() {
    Peer.connected(
            cluster.port(1),
            Connect.operator(4)
                .device(DeviceKeys.fresh())
                .token(Cluster.TOKEN)
                .scopes("operator.admin"))
        .close();
  }

  /** Some libraries send an origin by themselves. */
  @Test
  void aLibraryThatSendsAnOriginIsNoBrowser() {
    Connect admin = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    Peer.connected(cluster.port(1), admin.scopes("operator.admin"), library(1)).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"webchat", "ui"})
  void aLinkMaySayOtherwise(String mode) {
    String token =
        a.ok(
                "device.bootstrap.create",
                "{\"role\":\"operator\",\"scopes\":[\"operator.admin\",\"operator.read\"]}")
            .path("token")
            .asText();
    Connect connect =
        Connect.operator(4)
            .client("openclaw-control-ui", mode)
            .device(DeviceKeys.fresh())
            .scopes("operator.read", "operator.admin", "operator.pairing")
            .auth("bootstrapToken", token);
    try (Peer page = Peer.open(cluster.port(1), page(1))) {
      JsonNode hello = page.hello(connect);
      // Whoever is admin may do the rest as well.
      assertThat(Json.text(hello.at("/auth/scopes")))
          .isEqualTo("[\"operator.read\",\"operator.admin\",\"operator.pairing\"]");
      assertThat(hello.at("/auth/deviceToken").asText()).isNotEmpty();
    }
  }

  private String page(int instance) {
    return library(instance) + "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0";
  }

  private String library(int instance) {
    return "Origin: http://127.0.0.1:" + cluster.port(instance);
  }

  private static boolean isOf(JsonNode asked, DeviceKeys device) {
    return asked.path("deviceId").asText().equals(device.id());
  }
}
