package dev.krabkrab.gateway.agent.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protocol 03 §21. */
class HeartbeatSettingsTest {
  private static HeartbeatSettings of(String document) {
    JsonNode json = Json.parseObject(document);
    return HeartbeatSettings.of(json);
  }

  @ParameterizedTest
  @CsvSource({
    "30m,1800000",
    "0m,0",
    "0,0",
    "5,300000",
    "90s,90000",
    "1.5h,5400000",
    "1d,86400000",
    "500ms,1000",
    "'',1800000",
    "soon,1800000",
    "999999999d,31536000000"
  })
  void readsDurations(String text, long ms) {
    assertThat(HeartbeatSettings.milliseconds(text)).isEqualTo(ms);
  }

  @Test
  void theDefaultAgentHasOneUnlessOthersAreNamed() {
    HeartbeatSettings usual = of("{}");
    assertThat(usual.mainSession()).isEqualTo("agent:main:main");
    assertThat(usual.agents()).hasSize(1);
    assertThat(usual.agents().getFirst().everyMs()).isEqualTo(1_800_000);

    HeartbeatSettings named =
        of(
            """
            {"agents":{"defaults":{"heartbeat":{"every":"10m","model":"x/y"}},
             "list":[{"id":"main"},{"id":"Ops","heartbeat":{"every":5,"prompt":"look"}}]}}
            """);
    assertThat(named.agents())
        .containsExactly(
            new HeartbeatAgent("ops", "agent:ops:main", 300_000, "look", "x/y", "last", null));
  }
}
