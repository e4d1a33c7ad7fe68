package dev.krabkrab.gateway.control.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.control.nodes.NodePolicySettings.Unknown;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    "linuxx,,UNKNOWN",
    "linux-6.1,,LINUX",
    "linux6,,LINUX",
    "windows_nt,,WINDOWS",
    "window,,UNKNOWN",
    "winter,,UNKNOWN",
    "Mac OS X 10.15,,MACOS",
    "macaroni,,UNKNOWN",
    "darwin24.1,,MACOS",
    "iosx,,UNKNOWN",
    "not linux,,UNKNOWN",
    "' linux',,LINUX",
    "ｌｉｎｕｘ,,UNKNOWN",
    "haiku,Machine,UNKNOWN",
    "haiku,linuxes,UNKNOWN",
    "haiku,MacBook Pro,MACOS",
    ",,UNKNOWN",
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
            List.of(" made.up ", "sms.send"),
            List.of("system.run", "sms.send"),
            Unknown.NOTHING_THAT_RUNS,
            true,
            List.of()));

    assertThat(policy.declared("linux", null, ASKED)).containsExactly("made.up");
  }

  @Test
  void givesAnUnknownPlatformNothingThatRuns() {
    List<String> all =
        Stream.of(Platform.values())
            .flatMap(platform -> platform.commands(Unknown.EVERYTHING).stream())
            .distinct()
            .toList();
    assertThat(policy.declared("haiku", null, all))
        .contains("camera.snap", "canvas.present", "location.get", "system.notify")
        .noneMatch(command -> command.startsWith("system.run"))
        .noneMatch(command -> command.startsWith("system.exec"))
        .doesNotContain("system.which", "browser.proxy");

    settings.set(unknown(Unknown.NOTHING));
    assertThat(policy.declared("haiku", null, ASKED)).containsExactly("made.up");

    settings.set(unknown(Unknown.EVERYTHING));
    assertThat(policy.declared("haiku", null, all)).containsExactlyElementsOf(all);
  }

  private static NodePolicySettings unknown(Unknown what) {
    return new NodePolicySettings(List.of("made.up"), List.of(), what, true, List.of());
  }

  /** What a method of its own gives to fewer people is not had by {@code node.invoke}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "system.execApprovals.get",
        "system.execApprovals.set",
        "system.execApprovals",
        "system.execApprovals.reset",
        "SYSTEM.EXECAPPROVALS.SET",
        "System.ExecApprovals.Set",
        "system.execApprovals.set ",
        "\tsystem.execApprovals.set",
        "system.execApprovals\u200b.set",
        "system..execApprovals.set",
        ".system.execApprovals.set",
        "system.exec_Approvals.set",
        "system .execApprovals.set\u0000"
      })
  void keepsWhatHasAMethodOfItsOwnForThat(String command) {
    settings.set(
        new NodePolicySettings(List.of(command), List.of(), Unknown.EVERYTHING, true, List.of()));
    for (String platform : List.of("linux", "macos", "haiku")) {
      assertThat(reason(platform, List.of(command), command))
          .matches("command is asked by exec\\.approvals\\.node\\.[gs]et only");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"system.run", "system.which", "browser.proxy", "system.execApprovalsX"})
  void keepsNothingElse(String command) {
    assertThat(ReservedCommands.keptFor(command)).isEmpty();
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
