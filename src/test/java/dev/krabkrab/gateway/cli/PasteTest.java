package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.cli.TestGateway.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that are proposed can be pasted: they go where this one went. */
class PasteTest extends CommandCase {
  @Override
  void answers(TestGateway to) {
    to.on("device.pair.list", "{pending:[{requestId:'r-1'}],paired:[]}")
        .on("exec.approval.list", "[{id:'X1'}]")
        .on("channels.pairing.list", "{requests:[{channel:'t'}]}")
        .on("node.list", "{nodes:[]}")
        .on("config.get", "{config:{}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "devices list; devices approve %s REQUEST",
        "approvals list; approvals resolve %s APPROVAL",
        "channels pairing list; channels pairing approve %s CHANNEL CODE",
        "nodes describe x; nodes list %s`",
        "config get a.b; config get %s`"
      })
  void whereThisOneWentIsRepeated(String command, String proposed) {
    String state = home.resolve("a b").toString();
    List<String> words = new java.util.ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of("--state-dir", state, "--url", gateway.url(), "--token", "secret"));
    cli.run(words.toArray(String[]::new));
    String options = "--url " + gateway.url() + " --state-dir '" + state + "'";
    assertThat(cli.out() + cli.err())
        .contains("krabkrab " + proposed.formatted(options))
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "`krabkrab token`; `krabkrab token --state-dir /s`",
        "`krabkrab gateway`; `krabkrab gateway --state-dir /s`",
        "krabkrab devices approve r-2; krabkrab devices approve --url ws://h --state-dir /s r-2",
        "'krabkrab audit list --action a'; 'krabkrab audit list --url ws://h --state-dir /s"
            + " --action a'",
        "by krabkrab cli (a@b); by krabkrab cli (a@b)",
        "/x/krabkrab status; /x/krabkrab status",
        "krabkrab-gateway status; krabkrab-gateway status",
        "nothing here; nothing here"
      })
  void onlyOptionsThatACommandHasAreAdded(String text, String told) {
    picocli.CommandLine line = Commands.create(cli.context(), "status");
    picocli.CommandLine command = line.getSubcommands().get("status");
    line.parseArgs("status", "--state-dir", "/s", "--url", "ws://h", "--json");
    assertThat(new Program(cli.context(), command).told(text)).isEqualTo(told);
  }

  /** Somebody else does it, elsewhere. */
  @Test
  void whoIsRefusedIsNotToldItsOwnPlace() {
    gateway.on(
        "connect",
        params -> {
          throw new Refusal(
              1008, "{code:'NOT_PAIRED',message:'pairing required',details:{requestId:'r-7'}}");
        });
    cli.run("status", "--url", gateway.url(), "--state-dir", home.resolve("own").toString());
    assertThat(cli.err()).contains("\n  krabkrab devices approve r-7\n").doesNotContain("--url");
  }

  @Test
  void aPathIsQuotedForTheShell() {
    assertThat(Program.quoted("bin/krabkrab")).isEqualTo("bin/krabkrab");
    assertThat(Program.quoted("/opt/my tools/krabkrab")).isEqualTo("'/opt/my tools/krabkrab'");
    assertThat(Program.quoted("a'b$(x)")).isEqualTo("'a'\\''b$(x)'");
    assertThat(Program.quoted("")).isEqualTo("''");
  }
}
