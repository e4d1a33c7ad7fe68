package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Approvers are told who else looks at an approval, wherever both are connected. */
class ApprovalViewersIT extends TwoInstances {
  private static final String CAP = "approval-viewers";

  @Test
  void whoLooksIsToldOnTheOtherInstanceUntilHeLeaves() {
    DeviceKeys bob = DeviceKeys.fresh();
    try (Peer reader = approver(1, DeviceKeys.fresh(), CAP);
        Peer viewer = approver(0, bob)) {
      viewer.ok("approval.view", "{\"id\":\"seen-1\"}");
      JsonNode told = reader.event("approval.viewers", of("seen-1", 1));
      JsonNode one = told.at("/viewers/0");
      assertThat(one.path("deviceId").asText()).isEqualTo(bob.id());
      assertThat(one.path("label").asText()).isNotEmpty();
      assertThat(one.path("sinceMs").asLong()).isPositive();

      viewer.ok("approval.view", "{\"id\":\"seen-2\"}");
      reader.event("approval.viewers", of("seen-1", 0));
      reader.event("approval.viewers", of("seen-2", 1));

      viewer.ok("approval.view", "{\"id\":null}");
      reader.event("approval.viewers", of("seen-2", 0));
    }
  }

  @Test
  void whoIsGoneIsForgotten() {
    try (Peer reader = approver(1, DeviceKeys.fresh(), CAP)) {
      try (Peer viewer = approver(0, DeviceKeys.fresh())) {
        viewer.ok("approval.view", "{\"id\":\"left\"}");
        reader.event("approval.viewers", of("left", 1));
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                reader.ok("exec.approval.list", "{}");
                return reader.has("approval.viewers", of("left", 0));
              });
    }
  }

  @Test
  void twoWindowsOfOneDeviceAreOneViewer() {
    DeviceKeys bob = DeviceKeys.fresh();
    try (Peer reader = approver(1, DeviceKeys.fresh(), CAP);
        Peer first = approver(0, bob);
        Peer second = approver(1, bob);
        Peer other = approver(0, DeviceKeys.fresh())) {
      first.ok("approval.view", "{\"id\":\"twice\"}");
      reader.event("approval.viewers", of("twice", 1));
      second.ok("approval.view", "{\"id\":\"twice\"}");
      other.ok("approval.view", "{\"id\":\"twice\"}");

      JsonNode told = reader.event("approval.viewers", of("twice", 2));
      assertThat(told.path("viewers").findValuesAsText("deviceId")).doesNotHaveDuplicates();
      first.ok("approval.view", "{\"id\":null}");
      other.ok("approval.view", "{\"id\":null}");
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                JsonNode viewing = viewing(reader, "twice");
                assertThat(viewing.path("viewers")).hasSize(1);
                assertThat(viewing.at("/viewers/0/deviceId").asText()).isEqualTo(bob.id());
              });
    }
  }

  @Test
  void onlyApproversThatAskedForItAreTold() {
    try (Peer reader = approver(1, DeviceKeys.fresh(), CAP);
        Peer silent = approver(1, DeviceKeys.fresh());
        Peer mayNot = peer(1, DeviceKeys.fresh(), List.of("operator.read"), CAP);
        Peer viewer = approver(0, DeviceKeys.fresh())) {
      viewer.ok("approval.view", "{\"id\":\"quiet\"}");
      reader.event("approval.viewers", of("quiet", 1));

      // What was sent to them before this answer would be there.
      silent.ok("exec.approval.list", "{}");
      mayNot.ok("status", "{}");
      assertThat(silent.has("approval.viewers", any -> true)).isFalse();
      assertThat(mayNot.has("approval.viewers", any -> true)).isFalse();
      assertThat(mayNot.call("approval.view", "{\"id\":\"quiet\"}").at("/error/message").asText())
          .contains("operator.approvals");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"id\":7}", "{\"id\":\"\"}", "{\"id\":\"x\",\"more\":1}"})
  void whatIsNoIdIsRefused(String params) {
    assertThat(a.call("approval.view", params).at("/error/code").asText())
        .isEqualTo("INVALID_REQUEST");
  }

  private static Predicate<JsonNode> of(String id, int viewers) {
    return told -> told.path("id").asText().equals(id) && told.path("viewers").size() == viewers;
  }

  private static JsonNode viewing(Peer peer, String id) {
    JsonNode all = peer.ok("approval.view", "{\"id\":null}").path("viewing");
    return StreamSupport.stream(all.spliterator(), false)
        .filter(one -> one.path("id").asText().equals(id))
        .findAny()
        .orElseGet(MissingNode::getInstance);
  }

  private Peer approver(int instance, DeviceKeys keys, String... caps) {
    return peer(instance, keys, List.of("operator.read", "operator.approvals"), caps);
  }

  private Peer peer(int instance, DeviceKeys keys, List<String> scopes, String... caps) {
    Connect connect =
        Connect.operator(4)
            .device(keys)
            .token(Cluster.TOKEN)
            .scopes(scopes.toArray(String[]::new))
            .with("caps", (Object[]) caps);
    return Peer.connected(cluster.port(instance), connect);
  }
}
