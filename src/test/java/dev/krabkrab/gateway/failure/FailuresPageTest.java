package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about failures names every test of this package, and only tests there are. */
class FailuresPageTest {
  private static final Path PAGE = Path.of("docs", "operations", "failures.md");
  private static final Path ROOT = Path.of("src", "test", "java", "dev", "krabkrab", "gateway");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\|[^|]+\\|[^|]+\\|[^|]+\\| `(\\w+IT#\\w+)` \\|$");
  private static final Pattern BASE = Pattern.compile("class \\w+ extends (\\w+Case) ");
  private static final Pattern TEST = Pattern.compile("@Test\\s+void (\\w+)\\(");

  @Test
  void thePageAndTheTestsNameTheSame() throws IOException {
    List<String> rows =
        ROW.matcher(Files.readString(PAGE)).results().map(row -> row.group(1)).toList();

    assertThat(rows).doesNotHaveDuplicates();
    assertThat(tests(ROOT.resolve("failure"))).isNotEmpty().isSubsetOf(rows);
    assertThat(rows).isSubsetOf(tests(ROOT));
  }

  private static Set<String> tests(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("IT.java"))
          .flatMap(FailuresPageTest::testsOf)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Stream<String> testsOf(Path file) {
    String type = file.getFileName().toString().replace(".java", "");
    Matcher inherited = BASE.matcher(read(file));
    Stream<String> own = testsOf(type, file);
    return inherited.find()
        ? Stream.concat(own, testsOf(type, file.resolveSibling(inherited.group(1) + ".java")))
        : own;
  }

  private static Stream<String> testsOf(String type, Path file) {
    return TEST.matcher(read(file)).results().map(test -> type + "#" + test.group(1));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
