package dev.krabkrab.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.krabkrab.gateway.cli.GatewayFlags;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A start with a file that is not right says where. */
class LaunchPlanTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{#  gateway: {#    port: 1,#  oops oops#}} ~ 4:8: invalid character 'o', at or behind"
            + " gateway.port",
        "{gateway: {port: ~ 1:17: invalid end of input, at or behind gateway",
        "[] ~ 1:1: must hold a JSON object",
        "{#  nonsense: 1#} ~ 2:3: nonsense: Unrecognized key",
        "{#  gateway: {#    auth: { moode: 'token' }}} ~ 3:13: gateway.auth.moode: Unrecognized"
            + " key: \"moode\" (did you mean \"mode\"?)",
        "{redis: {ulr: 'x'}} ~ 1:10: redis.ulr: Unrecognized key: \"ulr\" (did you mean \"url\"?)",
        "{telemetry: {traces: {sampleRatio: 2}}} ~ 1:23: telemetry.traces.sampleRatio: Too big",
        "{#gateway: {tls: {minVersion: '7'}}} ~ 2:17: gateway.tls.minVersion: Invalid option",
        "{gateway: {bind: 'moon'}} ~ 1:12: gateway.bind: must be loopback, lan or an IP address",
        "{gateway: {port: 'x'}} ~ 1:12: gateway.port: Invalid input",
        "{gateway: {trustedProxies: ['10.0.0.0/99']}} ~ 1:12: gateway.trustedProxies: must be IP"
            + " addresses or CIDR ranges",
        "{agents: {list: [{id: 'a'},#  {id: 'a'}]}} ~ 2:4: agents.list.1.id: Another agent has this"
            + " id",
        "{gateway: {auth: {mode: 'token', tokens: [{}]}}} ~ 1:43: gateway.auth.tokens.0.name:"
            + " Needs",
        "{tools: {denny: []}} ~ 1:10: tools.denny: Unrecognized key: \"denny\" (did you mean"
            + " \"deny\"?)",
      })
  void aBadFileIsRefusedWithItsPlace(String text, String problem) throws IOException {
    Path file = folder.resolve("gateway.json5");
    Files.writeString(file, text.replace('#', '\n'));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidSettingException.class)
        .message()
        .startsWith(file + ":" + problem);
  }

  @Test
  void everyProblemIsNamed() throws IOException {
    Path file = folder.resolve("gateway.json5");
    Files.writeString(file, "{a: 1,\n b: 2}");
    assertThatThrownBy(() -> read(file)).message().contains(":1:2: a:", ":2:2: b:");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = folder.resolve("none.json5");
    assertThatThrownBy(() -> read(file)).hasMessage("there is no configuration file " + file);
  }

  /** The document of all instances has nothing of a single one. */
  @Test
  void whatBelongsToTheInstanceSeedsNothing() throws IOException {
    Path file = folder.resolve("gateway.json5");
    Files.writeString(
        file,
        "{redis: {url: 'redis://x:1', password: 's'}, stateDir: '/tmp/x', session: {dmScope:"
            + " 'main'}}");
    assertThat(read(file).seed()).hasToString("{\"session\":{\"dmScope\":\"main\"}}");
  }

  @Test
  void theExampleIsRight() {
    assertThat(read(Path.of("conf/gateway.example.json5")).settings().port()).isEqualTo(18_789);
  }

  private static LaunchPlan read(Path file) {
    return LaunchPlan.read(
        new GatewayFlags(
            null, null, file, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, false),
        Map.of("HOME", "/tmp"),
        "x");
  }
}
