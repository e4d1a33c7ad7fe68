package dev.krabkrab.gateway.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolSettingsPartTest {
  /** A tool that settings may name is one there is, and the other way round. */
  @Test
  void theNamesAreThoseOfTheTools() {
    List<String> names = new ArrayList<>();
    CallTool.all(null).forEach(tool -> names.add(tool.name()));
    NodeTool.all(null, null, null).forEach(tool -> names.add(tool.name()));
    names.addAll(List.of("exec", "sessions_send", "cron_add", "http_fetch", "skills"));
    assertThat(ToolSettingsPart.NAMES).containsExactlyInAnyOrderElementsOf(names);
  }
}
