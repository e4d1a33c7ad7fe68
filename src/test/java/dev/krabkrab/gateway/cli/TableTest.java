package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables keep to the terminal, lose nothing, and are aligned whatever is in them. */
class TableTest {
  private static final List<String> WORDS =
      List.of(
          "a",
          "operator.read",
          "rm -rf /srv/data",
          "漢字かな",
          "e\u0301te\u0301",
          "한국어",
          "👍🏽",
          "x".repeat(70),
          "漢".repeat(50),
          "operator.read,operator.write,operator.approvals",
          "",
          "a\\ b",
          "日 本 語");

  @TempDir Path home;

  private String printed(int columns, Table table) {
    TestCli cli = new TestCli(home);
    if (columns > 0) {
      cli.environment("COLUMNS", Integer.toString(columns));
    }
    table.print(cli.context());
    return cli.out();
  }

  @Test
  void noLineIsWiderThanTheTerminalAndNothingIsLost() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      int columns = 40 + random.nextInt(100);
      int width = 1 + random.nextInt(9);
      String[] header = new String[width];
      for (int i = 0; i < width; i++) {
        header[i] = "TITLE " + i;
      }
      Table table = new Table(header);
      List<String> texts = new ArrayList<>();
      for (int row = 0; row < 4; row++) {
        String[] cells = new String[width];
        for (int i = 0; i < width; i++) {
          cells[i] = WORDS.get(random.nextInt(WORDS.size()));
          texts.add(cells[i]);
        }
        table.row(cells);
        String detail =
            WORDS.get(random.nextInt(WORDS.size())) + " " + WORDS.get(random.nextInt(WORDS.size()));
        table.detail("command", detail);
        texts.add(detail);
      }
      String out = printed(columns, table);
      assertThat(out.lines())
          .as("%s columns: %s", columns, out)
          .allSatisfy(line -> assertThat(Columns.of(line)).isLessThanOrEqualTo(columns));
      assertThat(signs(out)).containsAll(signs(String.join("", texts)));
    }
  }

  /** Folding moves characters to other lines; all of them are still there, as often. */
  @Test
  void foldingGivesTheTextBack() {
    Random random = new Random(11);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(8); i >= 0; i--) {
        text.append(WORDS.get(random.nextInt(WORDS.size())))
            .append(random.nextBoolean() ? " " : "");
      }
      int columns = 4 + random.nextInt(90);
      StringBuilder joined = new StringBuilder();
      List<String> lines = Columns.fold(text.toString(), columns);
      for (String line : lines) {
        assertThat(Columns.of(line)).isLessThanOrEqualTo(columns);
        boolean torn = line.endsWith("\\") && line != lines.getLast();
        joined.append(torn ? line.substring(0, line.length() - 1) : line);
      }
      assertThat(joined.toString().replace(" ", "")).isEqualTo(text.toString().replace(" ", ""));
    }
  }

  private static List<Integer> signs(String text) {
    return text.codePoints().filter(c -> c > ' ').distinct().boxed().toList();
  }

  @Test
  void wideAndCombiningCharactersAreAligned() {
    String out =
        printed(
            80,
            new Table("NAME", "STATE")
                .row("漢字", "one")
                .row("e\u0301te\u0301", "two")
                .row("plain", "three")
                .row("한국어", "four")
                .row("👍 ok", "five"));
    assertThat(out)
        .isEqualTo(
            """
            NAME    STATE
            漢字    one
            e\u0301te\u0301     two
            plain   three
            한국어  four
            👍 ok   five
            """);
  }

  @Test
  void aLongCommandStandsBelowItsRow() {
    Table table =
        new Table("APPROVAL", "AGENT")
            .row("X1", "main")
            .detail("command", "echo " + "word ".repeat(20) + "end");
    assertThat(printed(40, table))
        .isEqualTo(
            """
            APPROVAL  AGENT
            X1        main
              command  echo word word word word word
                       word word word word word word
                       word word word word word word
                       word word word end
            """);
    assertThat(printed(0, table).lines()).hasSize(3);
  }

  @Test
  void aWordThatIsTornSaysSo() {
    assertThat(Columns.fold("rm " + "x".repeat(12), 8)).containsExactly("rm", "xxxxxxx\\", "xxxxx");
    // Otherwise the end of a line would read as if the word went on.
    assertThat(Columns.fold("cat my\\ file", 9)).containsExactly("cat", "my\\ file");
  }

  @Test
  void whatFitsInNoColumnsBecomesBlocks() {
    Table table = new Table("AAAAAAAA", "BBBBBBBB", "CCCCCCCC", "DDDDDDDD", "EEEEEEEE");
    table.row("1".repeat(20), "2".repeat(20), "3", "4".repeat(20), "5".repeat(20));
    assertThat(printed(40, table).lines().map(String::strip))
        .contains("AAAAAAAA  " + "1".repeat(20), "CCCCCCCC  3", "EEEEEEEE  " + "5".repeat(20));
  }

  @ParameterizedTest
  @CsvSource({
    // launcher, COLUMNS, NO_COLOR, TERM, columns, colour
    ", , , , 0, false",
    ", 100, , , 100, false",
    "120, , , xterm, 120, true",
    "0, , , xterm, 80, true",
    "120, 90, , xterm, 90, true",
    "120, , 1, xterm, 120, false",
    "120, , , dumb, 120, false",
    "120, 0, , xterm, 120, true",
    "120, wide, , xterm, 120, true",
    "7, , , xterm, 40, true"
  })
  void theTerminalIsKnown(
      String launcher, String columns, String noColour, String term, int width, boolean colour) {
    Map<String, String> environment = new java.util.HashMap<>();
    put(environment, "COLUMNS", columns);
    put(environment, "NO_COLOR", noColour);
    put(environment, "TERM", term);
    assertThat(Terminal.of(environment, launcher)).isEqualTo(new Terminal(width, colour));
  }

  private static void put(Map<String, String> into, String name, String value) {
    if (value != null) {
      into.put(name, value);
    }
  }

  @Test
  void emphasisIsForTerminals() {
    assertThat(new Terminal(80, true).bold("A")).isEqualTo("\u001b[1mA\u001b[0m");
    assertThat(new Terminal(80, false).bold("A")).isEqualTo("A");
    assertThat(printed(80, new Table("A").row("b"))).doesNotContain("\u001b");
  }
}
