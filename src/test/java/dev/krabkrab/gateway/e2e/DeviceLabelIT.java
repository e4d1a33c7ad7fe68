package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Protocol 05 §14: {@code device.pair.rename}. */
@Timeout(120)
class DeviceLabelIT {
  private static final String CHANGED = "device.pair.changed";

  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);

  private final DeviceKeys phone = DeviceKeys.fresh();

  @Test
  void aLabelGivenOnOneInstanceIsShownOnTheOther(@TempDir Path home) {
    Connect asPhone = Connect.operator(3).device(phone).token(Cluster.TOKEN);
    Peer.connected(cluster.port(0), asPhone).close();
    try (Peer manager = cluster.operator(0, 4, "operator.pairing");
        Peer watcher = cluster.operator(1, 4, "operator.pairing");
        Peer older = cluster.admin(1, 3);
        Peer reader = cluster.operator(1, 4, "operator.read")) {
      assertThat(manager.ok("device.pair.rename", rename(phone.id(), "  Ada's phone ")))
          .isEqualTo(Json.object().put("deviceId", phone.id()).put("label", "Ada's phone"));

      assertThat(watcher.event(CHANGED)).isEqualTo(Json.object());
      assertThat(manager.event(CHANGED)).isEqualTo(Json.object());
      assertThat(paired(watcher).path("label").asText()).isEqualTo("Ada's phone");
      // It stays when the device connects anew and says of itself what it likes.
      Peer.connected(cluster.port(1), asPhone.about("displayName", "Phone")).close();
      assertThat(paired(manager).path("label").asText()).isEqualTo("Ada's phone");
      assertThat(paired(manager).path("displayName").asText()).isEqualTo("Phone");
      Cli cli = new Cli(home, cluster.instance(1).url());
      assertThat(cli.run("devices", "list")).isZero();
      assertThat(cli.out()).contains("Ada's phone");

      for (Peer untold : List.of(older, reader)) {
        untold.call("health", "{}");
        assertThat(untold.frames())
            .noneMatch(frame -> frame.path("event").asText().equals(CHANGED));
      }
      JsonNode entry = older.ok("audit.list", "{\"action\":\"device.renamed\",\"limit\":1}");
      assertThat(entry.at("/entries/0").toString()).contains(phone.id(), "Ada's phone");
    }
  }

  @Test
  void whatIsNoLabelOrNoDeviceIsRefused() {
    Peer.connected(cluster.port(0), Connect.operator(3).device(phone).token(Cluster.TOKEN)).close();
    try (Peer manager = cluster.operator(1, 4, "operator.pairing")) {
      assertThat(refusal(manager, rename("nobody", "x"))).isEqualTo("unknown deviceId");
      assertThat(refusal(manager, rename(phone.id(), " \t "))).isEqualTo("label must not be blank");
      assertThat(refusal(manager, rename(phone.id(), "a\u001b[31mb")))
          .isEqualTo("label must not have control characters");
      assertThat(refusal(manager, rename(phone.id(), "x".repeat(65)))).contains("64 characters");
      assertThat(refusal(manager, rename(phone.id(), ""))).contains("fewer than 1 characters");
      manager.ok("device.pair.rename", rename(phone.id(), "x".repeat(64)));
      assertThat(paired(manager).path("label").asText()).hasSize(64);
    }
  }

  private JsonNode paired(Peer peer) {
    JsonNode rows = peer.ok("device.pair.list", "{}").path("paired");
    return StreamSupport.stream(rows.spliterator(), false)
        .filter(row -> row.path("deviceId").asText().equals(phone.id()))
        .findFirst()
        .orElseThrow();
  }

  private static String rename(String deviceId, String label) {
    ObjectNode params = Json.object().put("deviceId", deviceId).put("label", label);
    return Json.text(params);
  }

  private static String refusal(Peer peer, String params) {
    return peer.call("device.pair.rename", params).path("error").path("message").asText();
  }
}
