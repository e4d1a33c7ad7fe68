package dev.krabkrab.gateway.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.edge.http.HealthInputs.Stage;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProbesTest {
  private record Given(Stage stage, long loopSilenceMs, boolean redisConnected, boolean hearsOthers)
      implements HealthInputs {}

  private static final Given GOOD = new Given(Stage.SERVING, 0, true, true);

  @ParameterizedTest
  @EnumSource(Stage.class)
  void aLiveProcessIsKeptWhateverItsStageAndRedis(Stage stage) {
    Probes.Answer answer = new Probes(new Given(stage, 9_999, false, false)).live();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(Json.text(answer.json()))
        .isEqualTo("{\"ok\":true,\"status\":\"live\",\"checks\":{\"eventLoops\":{\"ok\":true}}}");
  }

  @Test
  void aProcessWithAStuckLoopIsNot() {
    Probes.Answer answer = new Probes(new Given(Stage.SERVING, 10_000, true, true)).live();

    assertThat(answer.status()).isEqualTo(503);
    assertThat(Json.text(answer.json()))
        .isEqualTo(
            "{\"ok\":false,\"status\":\"stuck\",\"checks\":{\"eventLoops\":{\"ok\":false,"
                + "\"reason\":\"an event loop has not answered for 10000 ms\"}}}");
  }

  @Test
  void theStartIsOverOnce() {
    assertThat(new Probes(starting()).started().status()).isEqualTo(503);
    assertThat(new Probes(GOOD).started().status()).isEqualTo(200);
    assertThat(new Probes(draining()).started().status()).isEqualTo(200);
    assertThat(new Probes(starting()).started().json().path("status").asText())
        .isEqualTo("starting");
  }

  @ParameterizedTest
  @MethodSource("readiness")
  void readinessNamesWhatIsWrong(HealthInputs vitals, int status, String word, String failing) {
    Probes.Answer answer = new Probes(vitals).ready();

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().path("ok").asBoolean()).isEqualTo(status == 200);
    assertThat(answer.json().path("status").asText()).isEqualTo(word);
    assertThat(answer.json().path("checks").properties().stream())
        .filteredOn(check -> !check.getValue().path("ok").asBoolean())
        .allSatisfy(check -> assertThat(check.getValue().path("reason").asText()).isNotEmpty())
        .extracting(check -> check.getKey())
        .isEqualTo(failing.isEmpty() ? List.of() : List.of(failing.split(" ")));
  }

  static Stream<Arguments> readiness() {
    return Stream.of(
        arguments(GOOD, 200, "ready", ""),
        arguments(new Given(Stage.SERVING, 0, false, true), 200, "degraded", "redis"),
        arguments(new Given(Stage.SERVING, 0, true, false), 200, "degraded", "cluster"),
        arguments(new Given(Stage.SERVING, 0, false, false), 200, "degraded", "redis cluster"),
        arguments(new Given(Stage.SERVING, 60_000, true, true), 200, "ready", ""),
        arguments(starting(), 503, "starting", "start"),
        arguments(draining(), 503, "draining", "drain"));
  }

  private static Arguments arguments(HealthInputs vitals, int status, String word, String failing) {
    return Arguments.of(vitals, status, word, failing);
  }

  private static Given starting() {
    return new Given(Stage.STARTING, 0, false, false);
  }

  private static Given draining() {
    return new Given(Stage.DRAINING, 0, true, true);
  }
}
