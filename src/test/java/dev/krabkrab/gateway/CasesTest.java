package dev.krabkrab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of distributed cases names each of them, and only tests there are. */
class CasesTest {
  private static final Path PAGE = Path.of("docs", "protocol", "cases.md");
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([ENP]\\d+) \\|.*\\| (.+) \\|$");
  private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

  @Test
  void everyCaseHasATestThatExists() throws IOException {
    TreeMap<String, String> rows = new TreeMap<>();
    ROW.matcher(Files.readString(PAGE))
        .results()
        .forEach(row -> rows.put(row.group(1), row.group(2)));

    assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(cases());
    for (String name : rows.keySet()) {
      List<MatchResult> tests = TEST.matcher(rows.get(name)).results().toList();
      assertThat(tests).as(name).isNotEmpty();
      for (MatchResult test : tests) {
        assertThat(source(test.group(1))).as(name).contains(" void " + test.group(2) + "(");
      }
    }
  }

  private static List<String> cases() {
    return Stream.of(numbered("E", 19), numbered("P", 6), numbered("N", 22))
        .flatMap(names -> names)
        .toList();
  }

  private static Stream<String> numbered(String letter, int last) {
    return IntStream.rangeClosed(1, last).mapToObj(number -> letter + number);
  }

  private static String source(String type) throws IOException {
    try (Stream<Path> all = Files.walk(TESTS)) {
      return Files.readString(
          all.filter(path -> path.endsWith(type + ".java")).findFirst().orElseThrow());
    }
  }
}
