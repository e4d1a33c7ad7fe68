package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What each command says about itself. */
class HelpTest {
  /** Names of keys, variables and addresses, which are searched for and pasted. */
  private static final Pattern NAME =
      Pattern.compile("[a-z]+(?:[.][a-zA-Z*]+)+|[A-Z]+(?:_[A-Z]+)+|wss?://[^ ,]+|--[a-z-]+");

  @TempDir static Path home;

  static Stream<String> commands() {
    List<String> found = new ArrayList<>();
    collect(Commands.create(new TestCli(home).context()), found);
    return found.stream();
  }

  private static void collect(CommandLine line, List<String> into) {
    into.add(line.getCommandSpec().qualifiedName().replaceFirst("^krabkrab ?", ""));
    line.getSubcommands().values().stream().distinct().forEach(below -> collect(below, into));
  }

  private static String help(String command, int columns) {
    TestCli cli = new TestCli(home).environment("COLUMNS", Integer.toString(columns));
    assertThat(cli.run((command + " --help").strip().split(" "))).as(cli.err()).isZero();
    return cli.out();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aPageKeepsToTheTerminalAndTearsNoNames(String command) {
    CommandSpec spec = spec(command);
    for (int columns : new int[] {80, 100, 132}) {
      String page = help(command, columns);
      assertThat(page).startsWith("Usage: krabkrab " + command);
      assertThat(page.lines())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
      assertThat(page).doesNotContain("${DEFAULT", "${COMPLETION", " as null", "@|");
      StringWriter source = new StringWriter();
      spec.args()
          .forEach(option -> source.append(String.join(" ", option.description())).append(' '));
      Matcher names = NAME.matcher(source.toString());
      while (names.find()) {
        assertThat(page).contains(names.group());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aPageNamesEveryOptionAndCommand(String command) {
    CommandSpec spec = spec(command);
    String page = help(command, 80);
    for (OptionSpec option : spec.options()) {
      assertThat(page).contains(option.negatable() ? "--[no-]tls" : option.longestName());
    }
    spec.subcommands().values().stream()
        .filter(below -> !below.getCommandSpec().usageMessage().hidden())
        .forEach(below -> assertThat(page).contains("  " + below.getCommandName() + " "));
  }

  private static CommandSpec spec(String command) {
    CommandLine line = Commands.create(new TestCli(home).context());
    for (String word : command.split(" ")) {
      line = word.isEmpty() ? line : line.getSubcommands().get(word);
    }
    return line.getCommandSpec();
  }

  @Test
  void anExampleThatIsFoldedIsOneCommandStill() {
    String long1 =
        "  krabkrab call x '{\"a\": \"b c d e f g h i j k l m n o p q r\"}' --timeout 30s --json";
    assertThat(Prose.of(new String[] {long1}, new Terminal(72, false)))
        .containsExactly(
            "  krabkrab call x '{\"a\": \"b c d e f g h i j k l m n o p q r\"}' \\",
            "      --timeout 30s --json");
  }

  @Test
  void onlyTheRootExplainsWhatAllHaveInCommon() {
    assertThat(help("", 80)).contains("\nEnvironment\n", "\nExit codes\n");
    assertThat(help("status", 80))
        .doesNotContain("Exit codes", "Environment\n")
        .containsSubsequence(
            "\nOptions\n", "--json", "\nConnection\n", "--url=URL", "\nExamples\n");
    assertThat(help("gateway", 80)).doesNotContain("\nConnection\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "help; ''",
        "help devices; devices",
        "help devices approve; devices approve",
        "help channels pairing list; channels pairing list"
      })
  void helpIsACommandToo(String command, String explained) {
    TestCli cli = new TestCli(home).environment("COLUMNS", "80");
    assertThat(cli.run(command.split(" "))).isZero();
    assertThat(cli.out()).isEqualTo(help(explained, 80));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "status --nope; Unknown option: '--nope'; status",
        "heath; There is no command 'heath', did you mean health; ''",
        "devices lst; There is no command 'lst'; devices",
        "devices; Say what to do: one of list, approve, reject; devices",
        "nodes invoke --node n; Missing required option: '--command=COMMAND'; nodes invoke",
        "health x; Unmatched argument at index 1: 'x'; health",
        "help devices nope; There is no command 'devices nope'; help"
      })
  void whatIsWrongIsSaidInTwoLines(String command, String message, String see) {
    TestCli cli = new TestCli(home);
    assertThat(cli.run(command.split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err().lines()).hasSize(2);
    assertThat(cli.err()).startsWith("krabkrab: " + message);
    assertThat(cli.err()).endsWith("See `" + ("krabkrab " + see).strip() + " --help`.\n");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void whatIsWrongIsJsonForWhoAsksForIt() throws Exception {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("status", "--json", "--timeout", "0")).isEqualTo(ExitCodes.USAGE);
    assertThat(Json.parse(cli.err()).path("exitCode").asInt()).isEqualTo(2);
    assertThat(Json.parse(cli.err()).path("message").asText()).contains("--timeout");
  }

  @Test
  void theVersionIsAnOptionToo() {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("version")).isZero();
    String version = cli.out();
    assertThat(cli.run("--version")).isZero();
    assertThat(cli.out()).isEqualTo(version);
    assertThat(cli.run("-V")).isZero();
    assertThat(cli.out()).isEqualTo(version).startsWith("krabkrab ");
  }

  @Test
  void everyCommandHasAPageForMan() throws Exception {
    Path folder = home.resolve("man1");
    TestCli cli = new TestCli(home);
    assertThat(cli.run("man", folder.toString())).as(cli.err()).isZero();
    List<String> pages =
        commands()
            .filter(name -> !spec(name).usageMessage().hidden())
            .map(name -> ("krabkrab " + name).strip().replace(' ', '-') + ".1")
            .toList();
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder(pages.toArray(String[]::new));
    assertThat(folder.resolve("krabkrab-nodes-invoke.1"))
        .content()
        .containsSubsequence(
            ".SH \"NAME\"",
            "krabkrab\\-nodes\\-invoke \\- Runs a command on a node",
            ".SH \"OPTIONS\"",
            "\\-\\-command=COMMAND",
            ".SH \"CONNECTION\"",
            ".SH \"EXAMPLES\"",
            "\\(aq{\"bins\":[\"git\"]}\\(aq",
            ".SH \"SEE ALSO\"",
            "krabkrab\\-nodes(1)");
    assertThat(folder.resolve("krabkrab.1")).content().contains("ENVIRONMENT", "EXIT CODES");
    for (String page : pages) {
      assertThat(formatted(folder.resolve(page))).as(page).isEmpty();
    }
  }

  /** What the formatter complains of; nothing where there is none. */
  private static String formatted(Path page) throws Exception {
    String command =
        "command -v groff >/dev/null || exit 0; groff -man -ww -z -Tutf8 '" + page + "'";
    Process shell = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void shellsCompleteWhatThereIs() throws Exception {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("completion")).isZero();
    Path script = Files.writeString(home.resolve("completion"), cli.out());
    String ask =
        """
        . '%s'
        complete -p krabkrab
        COMP_WORDS=(krabkrab devices ap) COMP_CWORD=2; _complete_krabkrab; echo "${COMPREPLY[@]}"
        COMP_WORDS=(krabkrab status --time) COMP_CWORD=2; _complete_krabkrab; echo "${COMPREPLY[@]}"
        """
            .formatted(script);
    Process shell = new ProcessBuilder("bash", "-c", ask).redirectErrorStream(true).start();
    String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(answer).isZero();
    assertThat(answer.lines()).contains("approve", "--timeout");
    assertThat(answer).doesNotContain("train");
  }
}
