package dev.krabkrab.gateway.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.control.approvals.ExecDefaults;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecPolicyTest {
  /**
   * What clients are shown as the defaults is what an agent without a policy of its own runs by.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'security':'deny'}",
        "{'security':'full','ask':'off','askFallback':'full'}",
        "{'security':' FULL ','ask':'Always','askFallback':'AllowList'}",
        "{'security':'moon','ask':'moon','askFallback':'moon'}",
        "{'security':'','ask':' ','askFallback':''}",
        "{'security':7,'ask':null,'askFallback':[]}",
      })
  void theDefaultsAreThoseThatAreShown(String defaults) {
    var file = Json.object();
    file.set("defaults", Json.parseObject(defaults.replace('\'', '"')));
    ExecPolicy runs = ExecPolicy.of(file, Json.object(), "some");
    ExecDefaults shown = ExecDefaults.of(file);
    assertThat(wire(runs.security())).isEqualTo(shown.security());
    assertThat(wire(runs.ask())).isEqualTo(shown.ask());
    assertThat(wire(runs.fallback())).isEqualTo(shown.askFallback());
  }

  private static String wire(Enum<?> level) {
    return level.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
