package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Scopes that were taken from a device do not come back by what it is given later, in another role,
 * by another way or on another instance.
 */
@Timeout(120)
class TakenScopesIT {
  private static final String READ = "operator.read";
  private static final String ADMIN = "operator.admin";

  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);
  private static Peer admin;
  private static Peer lesser;

  private final DeviceKeys keys = DeviceKeys.fresh();

  @BeforeAll
  static void start() {
    admin = cluster.admin(0, 4);
    lesser = cluster.operator(1, 4, "operator.pairing", READ);
  }

  @AfterAll
  static void stop() {
    admin.close();
    lesser.close();
  }

  @Test
  void aRevokedAdminThatIsApprovedForReadingOnlyReads() {
    pairAsAdmin();
    revoke();
    String request = pending(1, operator(READ));
    lesser.ok("device.pair.approve", "{\"requestId\":\"" + request + "\"}");
    assertOnlyReads();
  }

  @Test
  void aRevokedAdminWithABootstrapTokenForReadingOnlyReads() {
    pairAsAdmin();
    String stale = bootstrap(READ);
    revoke();
    String fresh = bootstrap(READ);
    assertThat(refusal(0, operator(READ).token(stale))).isEqualTo("AUTH_BOOTSTRAP_TOKEN_INVALID");
    Peer.connected(cluster.port(1), operator(ADMIN).token(fresh), Cluster.REMOTE).close();
    assertOnlyReads();
  }

  @Test
  void whatANodeHoldsIsNothingToAnOperator() {
    Connect node = Connect.node(4).device(keys).token(Cluster.TOKEN).scopes(ADMIN);
    String asNode = pending(0, node);
    admin.ok("device.pair.approve", "{\"requestId\":\"" + asNode + "\"}");
    Peer.connected(cluster.port(1), node, Cluster.REMOTE).close();
    String asOperator = pending(1, operator(READ));
    lesser.ok("device.pair.approve", "{\"requestId\":\"" + asOperator + "\"}");
    assertOnlyReads();
  }

  @Test
  void aRevokedTokenIsNotRotatedByAnybody() {
    pairAsAdmin();
    revoke();
    String params = "{\"deviceId\":\"" + keys.id() + "\",\"role\":\"operator\"}";
    for (Peer caller : new Peer[] {admin, lesser}) {
      assertThat(caller.call("device.token.rotate", params).at("/error/message").asText())
          .contains("was revoked and cannot be rotated", "devices approve");
    }
    for (int i = 0; i < 2; i++) {
      assertThat(refusal(i, operator(READ))).isEqualTo("PAIRING_REQUIRED");
      try (Peer here = Peer.open(cluster.port(i))) {
        JsonNode error = here.connect(operator(READ)).path("error");
        assertThat(error.at("/details/code").asText()).isEqualTo("PAIRING_REQUIRED");
      }
    }
  }

  private void pairAsAdmin() {
    try (Peer peer = Peer.connected(cluster.port(1), operator(ADMIN))) {
      assertThat(peer.ok("config.get", "{}").isObject()).isTrue();
    }
  }

  private void revoke() {
    admin.ok("device.token.revoke", "{\"deviceId\":\"" + keys.id() + "\",\"role\":\"operator\"}");
  }

  private String bootstrap(String scope) {
    return admin
        .ok("device.bootstrap.create", "{\"role\":\"operator\",\"scopes\":[\"" + scope + "\"]}")
        .path("token")
        .asText();
  }

  private void assertOnlyReads() {
    for (int i = 0; i < 2; i++) {
      try (Peer peer = Peer.connected(cluster.port(i), operator(READ), Cluster.REMOTE)) {
        assertThat(peer.call("config.get", "{}").path("ok").asBoolean()).isFalse();
      }
      for (String more : new String[] {ADMIN, "operator.write", "operator.pairing"}) {
        assertThat(refusal(i, operator(more))).isEqualTo("PAIRING_REQUIRED");
      }
    }
    JsonNode row =
        HandshakeIT.row(admin.ok("device.pair.list", "{}").path("paired"), "deviceId", keys.id());
    assertThat(row.path("tokens").toString()).contains(READ);
    for (JsonNode token : row.path("tokens")) {
      if (token.path("role").asText().equals("operator")) {
        assertThat(token.path("scopes")).isEqualTo(Json.mapper().valueToTree(new String[] {READ}));
      }
    }
  }

  private Connect operator(String... scopes) {
    return Connect.operator(4).device(keys).token(Cluster.TOKEN).scopes(scopes);
  }

  private static String refusal(int instance, Connect connect) {
    try (Peer peer = Peer.open(cluster.port(instance), Cluster.REMOTE)) {
      return peer.connect(connect).at("/error/details/code").asText();
    }
  }

  private static String pending(int instance, Connect connect) {
    try (Peer peer = Peer.open(cluster.port(instance), Cluster.REMOTE)) {
      return peer.connect(connect).at("/error/details/requestId").asText();
    }
  }
}
