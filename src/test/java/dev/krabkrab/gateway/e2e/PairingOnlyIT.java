package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who comes with {@code operator.pairing} alone lists all that may be removed, and removes what its
 * own device could: asked on one instance, connected to the other one. Protocol 01c §7.4.
 */
@Timeout(120)
class PairingOnlyIT extends TwoInstances {
  private static final String PAIRING = "operator.pairing";
  private static final String READ = "operator.read";
  private static final String WRITE = "operator.write";
  private static final String ADMIN = "operator.admin";
  private static final String NAMED = "token-of-the-porter";

  private DeviceKeys own = DeviceKeys.fresh();
  private DeviceKeys other = DeviceKeys.fresh();

  @BeforeEach
  void newDevices() {
    own = DeviceKeys.fresh();
    other = DeviceKeys.fresh();
  }

  @Override
  String config() {
    return "{gateway:{auth:{token:'"
        + Cluster.TOKEN
        + "',tokens:[{name:'porter',token:'"
        + NAMED
        + "',scopes:['operator.pairing']}]}}}";
  }

  private static Connect as(DeviceKeys keys, String... scopes) {
    return Connect.operator(4).device(keys).scopes(scopes).token(Cluster.TOKEN);
  }

  private Peer connected(int instance, Connect connect) {
    return Peer.connected(cluster.port(instance), connect);
  }

  private void paired(DeviceKeys keys, String... scopes) {
    connected(1, as(keys, scopes)).close();
  }

  private String message(Peer by, String method) {
    String field = method.startsWith("node.") ? "nodeId" : "deviceId";
    return by.call(method, "{\"" + field + "\":\"" + other.id() + "\"}")
        .at("/error/message")
        .asText("done");
  }

  private boolean isPaired(DeviceKeys keys) {
    return b.ok("device.pair.list", "{}")
        .path("paired")
        .findValuesAsText("deviceId")
        .contains(keys.id());
  }

  /** Its own device has the scopes on the left; the one to be removed those in the middle. */
  @ParameterizedTest
  @CsvSource({
    "operator.pairing, operator.pairing, done",
    "operator.pairing, operator.read, missing scope: operator.read",
    "operator.pairing, operator.admin, missing scope: operator.admin",
    "operator.pairing+operator.read, operator.read, done",
    "operator.pairing+operator.read, operator.write, missing scope: operator.write",
    "operator.pairing+operator.write, operator.read, done",
    "operator.admin, operator.read, done",
    "operator.admin, operator.admin, done",
  })
  void removesWhatItsOwnDeviceCould(String held, String others, String outcome) {
    paired(own, held.split("\\+"));
    try (Peer there = connected(1, as(other, others));
        Peer porter = connected(0, as(own, PAIRING))) {
      assertThat(porter.ok("device.pair.list", "{}").path("paired").findValuesAsText("deviceId"))
          .contains(own.id(), other.id());
      assertThat(porter.ok("node.pair.list", "{}").path("paired").isArray()).isTrue();
      assertThat(message(porter, "device.pair.remove")).isEqualTo(outcome);
      if (outcome.equals("done")) {
        assertThat(there.closed().code()).isEqualTo(4001);
        await().until(() -> !isPaired(other));
      } else {
        assertThat(isPaired(other)).isTrue();
        assertThat(there.isClosed()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "device.pair.remove, operator.write, missing scope: operator.admin",
    "node.pair.remove, operator.write, missing scope: operator.admin",
    "device.pair.remove, operator.admin, done",
    "node.pair.remove, operator.admin, done",
  })
  void aNodeTakesADeviceOfAnAdmin(String method, String held, String outcome) {
    paired(own, PAIRING, held);
    Connect asNode = Connect.node(4).device(other).token(Cluster.TOKEN);
    try (Peer node = connected(1, asNode);
        Peer porter = connected(0, as(own, PAIRING))) {
      assertThat(porter.ok("device.pair.list", "{}").toString()).contains(other.id());
      assertThat(message(porter, method)).isEqualTo(outcome);
      assertThat(isPaired(other)).isEqualTo(!outcome.equals("done"));
      if (outcome.equals("done")) {
        assertThat(node.closed().code()).isEqualTo(4001);
      }
    }
  }

  @Test
  void removesItself() {
    paired(own, PAIRING);
    try (Peer porter = connected(0, as(own, PAIRING))) {
      porter.ok("device.pair.remove", "{\"deviceId\":\"" + own.id() + "\"}");
      assertThat(porter.closed().code()).isEqualTo(4001);
    }
    assertThat(isPaired(own)).isFalse();
  }

  /** What was taken from its device counts at once, on every instance. */
  @Test
  void whatItsDeviceLostIsGone() {
    paired(own, PAIRING, READ);
    paired(other, READ);
    a.ok(
        "device.token.rotate",
        "{\"deviceId\":\""
            + own.id()
            + "\",\"role\":\"operator\",\"scopes\":[\"operator.pairing\"]}");
    try (Peer porter = connected(1, as(own, PAIRING))) {
      assertThat(message(porter, "device.pair.remove")).isEqualTo("missing scope: operator.read");
    }
  }

  /** A named token brings what it brings, whatever device it is used from. */
  @Test
  void aNamedTokenIsAllThereIs() {
    paired(own, ADMIN);
    paired(other, READ, WRITE);
    try (Peer porter = connected(0, as(own, PAIRING).token(NAMED))) {
      assertThat(message(porter, "device.pair.remove")).startsWith("missing scope: operator.");
      JsonNode listed = porter.ok("device.pair.list", "{}");
      assertThat(listed.toString()).contains(other.id());
    }
    assertThat(isPaired(other)).isTrue();
  }
}
