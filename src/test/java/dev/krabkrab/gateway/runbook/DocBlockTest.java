package dev.krabkrab.gateway.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No command block of a page is left out unnoticed: it is run by a test, or says why it is not. */
class DocBlockTest {
  private static final Path TESTS =
      Path.of("src", "test", "java", "dev", "krabkrab", "gateway", "runbook");

  @Test
  void everyCommandBlockIsRunOrSaysWhyNot() {
    List<DocBlock> commands = DocBlock.all().stream().filter(DocBlock::isCommands).toList();

    assertThat(commands).hasSizeGreaterThan(40);
    assertThat(commands)
        .filteredOn(block -> block.run().isEmpty() && block.notRun().isEmpty())
        .extracting(DocBlock::place)
        .isEmpty();
    assertThat(commands).filteredOn(block -> !block.run().isEmpty()).hasSizeGreaterThan(25);
  }

  @Test
  void whatIsMarkedAsRunIsRunByOneTest() throws IOException {
    String tests = sources();
    List<String> names =
        DocBlock.all().stream().map(DocBlock::run).filter(name -> !name.isEmpty()).toList();

    assertThat(names)
        .doesNotHaveDuplicates()
        .allMatch(name -> Pattern.compile("run\\(\\s*\"" + name + "\"").matcher(tests).find());
  }

  @Test
  void testsThatAReasonNamesExist() throws IOException {
    Pattern test = Pattern.compile("\\b[A-Z]\\w+(IT|Test)\\b");
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      Set<String> there =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toSet());
      assertThat(
              DocBlock.all().stream()
                  .flatMap(block -> test.matcher(block.notRun()).results())
                  .map(MatchResult::group))
          .isNotEmpty()
          .allMatch(there::contains);
    }
  }

  @Test
  void aMarkStandsAboveABlock() throws IOException {
    long marks;
    try (Stream<Path> pages = Files.list(Path.of("docs", "operations"))) {
      marks = pages.mapToLong(page -> count(page, "<!-- run: ", "<!-- not run: ")).sum();
    }
    assertThat(
            DocBlock.all().stream()
                .filter(block -> !block.run().isEmpty() || !block.notRun().isEmpty()))
        .hasSize((int) marks);
  }

  @Test
  void blocksAreFoundWhereverTheyStand() {
    String page =
        """
        Text:

        <!-- run: one -->
            krabkrab status
              --json

            krabkrab devices list

        1. Item:

           <!-- not run: no cluster -->

               kubectl apply -k .

           more of it, which goes on
               indented and is no code

        ```sh
        x=1
        ```

            {"answer":true}
        """;
    List<DocBlock> blocks = DocBlock.of(Path.of("page.md"), page);

    assertThat(blocks)
        .extracting(DocBlock::text)
        .containsExactly(
            "krabkrab status\n  --json\n\nkrabkrab devices list\n",
            "kubectl apply -k .\n",
            "x=1\n",
            "{\"answer\":true}\n");
    assertThat(blocks).extracting(DocBlock::run).containsExactly("one", "", "", "");
    assertThat(blocks).extracting(DocBlock::notRun).containsExactly("", "no cluster", "", "");
    assertThat(blocks).extracting(DocBlock::isCommands).containsExactly(true, true, true, false);
    assertThat(blocks.getFirst().line()).isEqualTo(4);
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(TESTS)) {
      for (Path file : files.filter(f -> f.toString().endsWith("IT.java")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private static long count(Path page, String... marks) {
    try {
      return Files.readAllLines(page).stream()
          .filter(line -> Stream.of(marks).anyMatch(line::contains))
          .count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
