package dev.krabkrab.gateway.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandPolicyTest {
  private static final List<String> ASKED =
      List.of(" system.run ", "camera.snap", "sms.send", "made.up", "location.get");

  private final AtomicReference<NodePolicySettings> settings =
      new AtomicReference<>(NodePolicySettings.DEFAULTS);
  private final CommandPolicy policy = new CommandPolicy(settings::get);

  @ParameterizedTest
  @CsvSource({
    "ios 17.2,,IOS",
    "iPadOS 18,,UNKNOWN",
    "iPadOS 18,iPad,IOS",
    "Android,,ANDROID",
    "macOS,,MACOS",
    "darwin,,MACOS",
    "win32,,WINDOWS",
    "Linux,,LINUX",
    "haiku,some linux box,LINUX",
    "haiku,,UNKNOWN",
  })
  void readsThePlatform(String platform, String family, Platform expected) {
    assertThat(Platform.of(platform, family)).isEqualTo(expected);
  }

  @Test
  void cutsDeclaredCommandsDownToThePlatform() {
    assertThat(policy.declared("linux", null, List.of("system.run.prepare", "system.run.other")))
        .containsExactly("system.run.prepare");
    assertThat(policy.declared("linux", null, ASKED)).containsExactly("system.run");
    assertThat(policy.declared("ios", null, ASKED)).containsExactly("camera.snap", "location.get");
  }

  @Test
  void allowsAndDeniesAsTheDocumentSays() {
    settings.set(
        new NodePolicySettings(
            List.of(" made.up ", "sms.send"), List.of("system.run", "sms.send"), false, true));

    assertThat(policy.declared("linux", null, ASKED)).containsExactly("made.up");
  }

  @Test
  void givesAnUnknownPlatformEverythingUnlessStrict() {
    assertThat(policy.declared("haiku", null, ASKED))
        .containsExactly("system.run", "camera.snap", "sms.send", "location.get");

    settings.set(new NodePolicySettings(List.of("made.up"), List.of(), true, true));
    assertThat(policy.declared("haiku", null, ASKED)).containsExactly("made.up");
  }

  @Test
  void namesTheReasonOfARefusal() {
    assertThat(reason("linux", List.of("system.run"), "camera.snap"))
        .isEqualTo("command not allowlisted");
    assertThat(reason("linux", List.of("system.which"), "system.run"))
        .isEqualTo("command not declared by node");
    assertThat(reason("linux", List.of(), "system.run")).isEqualTo("node did not declare commands");
    assertThat(policy.refusal(facts("linux", List.of("system.run")), "system.run")).isEmpty();
  }

  private String reason(String platform, List<String> declared, String command) {
    var details = policy.refusal(facts(platform, declared), command).orElseThrow().details();
    assertThat(details.path("command").asText()).isEqualTo(command);
    return details.path("reason").asText();
  }

  private static NodeFacts facts(String platform, List<String> commands) {
    return new NodeFacts(
        null, platform, null, null, null, null, null, List.of(), commands, null, 0);
  }
}
