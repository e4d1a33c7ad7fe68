package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every number and every time on the command line has bounds, and what is outside is refused. */
class OptionRangesTest {
  private static final Set<Class<?>> AMOUNTS =
      Set.of(
          int.class,
          Integer.class,
          long.class,
          Long.class,
          double.class,
          Double.class,
          float.class,
          Float.class,
          short.class,
          Short.class,
          Duration.class);

  @TempDir static Path home;

  /** An option of one command. */
  record Amount(String command, OptionSpec option) {
    @Override
    public String toString() {
      return command + " " + option.longestName();
    }
  }

  static Stream<Amount> amounts() {
    List<Amount> found = new ArrayList<>();
    collect(Commands.create(new TestCli(home).context()), found);
    return found.stream();
  }

  private static void collect(CommandLine line, List<Amount> into) {
    String name = line.getCommandSpec().qualifiedName().replaceFirst("^krabkrab ?", "");
    for (ArgSpec argument : line.getCommandSpec().args()) {
      if (AMOUNTS.contains(argument.type())) {
        into.add(new Amount(name, (OptionSpec) argument));
      }
    }
    line.getSubcommands().values().forEach(below -> collect(below, into));
  }

  @Test
  void thereAreSome() {
    assertThat(amounts().map(Amount::toString))
        .contains(
            "status --timeout", "gateway --port", "approvals resolve --days", "audit list --limit")
        .hasSizeGreaterThan(30);
  }

  @ParameterizedTest
  @MethodSource("amounts")
  void whatIsOutOfBoundsIsRefusedByItsName(Amount amount) {
    assertThat(amount.option().converters()).hasSize(1);
    assertThat(amount.option().converters()[0]).isInstanceOf(Bounded.class);
    Bounded<?> bounds = (Bounded<?>) amount.option().converters()[0];
    List<String> wrong =
        new ArrayList<>(
            List.of(
                "-1",
                "x",
                "",
                "1e3",
                "0x10",
                "1.5",
                "99999999999999999999",
                "9223372036854775807"));
    wrong.add(bounds.written(bounds.most() + 1));
    wrong.add(bounds.written(bounds.least() - 1));
    if (bounds.least() > 0) {
      wrong.add("0");
    }
    if (amount.option().type() == Duration.class) {
      wrong.addAll(List.of("999999999999999h", "999999999h", "25h", "-5s", "5 s m", "5d"));
    }
    for (String value : wrong) {
      TestCli cli = new TestCli(home);
      String name = amount.option().longestName();
      List<String> args = new ArrayList<>(List.of(amount.command().split(" ")));
      args.add(name + "=" + value);
      assertThat(cli.run(args.toArray(String[]::new))).as(value).isEqualTo(ExitCodes.USAGE);
      assertThat(cli.err().lines()).as(value).hasSize(2);
      assertThat(cli.err().lines().findFirst().orElseThrow())
          .contains(
              "'" + name + "'", bounds.written(bounds.least()), bounds.written(bounds.most()));
      assertThat(cli.err()).contains("See `krabkrab " + amount.command() + " --help`.");
      assertThat(cli.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("amounts")
  void theBoundsThemselvesAreTaken(Amount amount) throws Exception {
    Bounded<?> bounds = (Bounded<?>) amount.option().converters()[0];
    assertThat(bounds.convert(bounds.written(bounds.least()))).isNotNull();
    assertThat(bounds.convert(bounds.written(bounds.most()))).isNotNull();
  }
}
