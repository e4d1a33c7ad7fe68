package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the runbooks tell people to type exists, and so do the pages they point to. */
class RunbooksTest {
  private static final Path PAGES = Path.of("docs", "operations");

  /** A command where one begins: a line, code, what kubectl runs. */
  private static final Pattern COMMAND =
      Pattern.compile("(?:^ {4,}|`|-- )krabkrab ([a-z][^`#\n]*)", Pattern.MULTILINE);

  private static final Set<String> GROUPS =
      Set.of("bench", "devices", "nodes", "approvals", "config", "audit", "channels", "message");

  private static final Pattern OPTION = Pattern.compile(" (--[a-z-]+)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)");

  @TempDir Path home;

  static Stream<String> commands() throws IOException {
    return pages()
        .map(RunbooksTest::text)
        .flatMap(text -> COMMAND.matcher(text).results())
        .map(found -> found.group(1).strip())
        .distinct();
  }

  @Test
  void thereAreRunbooks() throws IOException {
    assertThat(commands().count()).isGreaterThan(15);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommandExistsWithItsOptions(String command) {
    List<String> words = List.of(command.split(" +"));
    TestCli cli = new TestCli(home);
    Stream<String> help = Stream.concat(words.stream().limit(depth(words)), Stream.of("--help"));

    assertThat(cli.run(help.toArray(String[]::new))).as(cli.err()).isZero();
    assertThat(cli.out()).contains("Usage: krabkrab " + words.getFirst());
    assertThat(OPTION.matcher(command).results().map(option -> option.group(1)))
        .allSatisfy(option -> assertThat(cli.out()).contains(option));
  }

  /** How many words name the command. */
  private static int depth(List<String> words) {
    if (!GROUPS.contains(words.getFirst())) {
      return 1;
    }
    return words.size() > 2 && words.get(1).equals("pairing") ? 3 : 2;
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    assertThat(pages())
        .allSatisfy(
            page ->
                assertThat(LINK.matcher(text(page)).results().map(link -> link.group(1)))
                    .filteredOn(link -> !link.contains("://"))
                    .allSatisfy(link -> assertThat(PAGES.resolve(link)).exists()));
  }

  private static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
    }
  }

  private static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
