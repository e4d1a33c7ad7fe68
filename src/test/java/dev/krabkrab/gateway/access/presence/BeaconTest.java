package dev.krabkrab.gateway.access.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeaconTest {
  private static final String LINE =
      "Node: Mac-1 (10.0.0.5) · app 1.2 · last input 7s ago · mode local · reason launch";

  @Test
  void readsASentenceIntoFields() {
    Beacon beacon = Beacon.of(LINE, Json.object());

    assertThat(beacon.key()).isEqualTo("mac-1");
    assertThat(beacon.isNodeLine()).isTrue();
    assertThat(beacon.entry().without("text").toString())
        .isEqualTo(
            """
            {"host":"Mac-1","ip":"10.0.0.5","version":"1.2","mode":"local",\
            "lastInputSeconds":7,"reason":"launch"}\
            """);
  }

  @Test
  void parametersWinOverTheText() {
    ObjectNode params = Json.object().put("host", "Desk").put("lastInputSeconds", 3);
    params.put("deviceId", " DEV ").put("version", 5);
    params.putArray("roles").add("node").add(4).add("node");
    params.putArray("tags").add("t");

    Beacon beacon =
        Beacon.of(LINE.toUpperCase(java.util.Locale.ROOT).replace("NODE", "node"), params);

    assertThat(beacon.key()).isEqualTo("dev");
    assertThat(beacon.entry().path("host").asText()).isEqualTo("Desk");
    assertThat(beacon.entry().path("version").asText()).isEqualTo("1.2");
    assertThat(beacon.entry().path("lastInputSeconds").asInt()).isEqualTo(3);
    assertThat(beacon.entry().path("roles").toString()).isEqualTo("[\"node\"]");
    assertThat(beacon.entry().has("tags")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Node: Mac-1 · app 1.2",
        "Node: Mac-1 (10.0.0.5) · app · last input 7s ago · mode local · reason launch",
        "Node: Mac-1 (10.0.0.5) · app 1 · last input soon · mode local · reason launch",
        "Something else"
      })
  void otherTextsNameNothing(String text) {
    Beacon beacon = Beacon.of(text, Json.object());

    assertThat(beacon.entry()).hasSize(1);
    assertThat(beacon.key()).isEqualTo(text.substring(0, Math.min(64, text.length())));
  }

  @Test
  void onlyWhatChangedIsNews() {
    ObjectNode first = Beacon.of(LINE, Json.object()).entry();
    ObjectNode updated = Beacon.of(LINE.replace("1.2", "1.3"), Json.object()).entry();

    assertThat(BeaconChanges.of(null, first).full())
        .isEqualTo("Node: Mac-1 (10.0.0.5) · app 1.2 · mode local · reason launch");
    assertThat(BeaconChanges.of(first, first)).isEqualTo(new BeaconChanges("", ""));
    assertThat(BeaconChanges.of(first, updated))
        .isEqualTo(new BeaconChanges("Node: Mac-1 (10.0.0.5) · app 1.3", "app 1.3"));
    ObjectNode routine = Beacon.of(LINE.replace("launch", "periodic-60"), Json.object()).entry();
    assertThat(BeaconChanges.of(first, routine)).isEqualTo(new BeaconChanges("", ""));
  }
}
