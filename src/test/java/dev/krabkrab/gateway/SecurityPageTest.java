package dev.krabkrab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SECURITY.md names a test for each promise, and only tests there are. */
class SecurityPageTest {
  private static final Path PAGE = Path.of("SECURITY.md");
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))(?:#(\\w+))?`");

  /** Headings whose tables and lists make promises: every row and point names its test. */
  private static final List<String> PROMISES =
      List.of("## What a thief has", "## What is done about it");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Map<String, String> sources = sources();
    List<String> missing = new ArrayList<>();
    for (MatchResult named : NAMED.matcher(Files.readString(PAGE)).results().toList()) {
      String source = sources.get(named.group(1));
      if (source == null
          || (named.group(2) != null && !source.contains(" " + named.group(2) + "("))) {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyPromiseNamesItsTest() throws IOException {
    List<String> bare = new ArrayList<>();
    String heading = "";
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        heading = line;
      }
      boolean promise = line.startsWith("| ");
      if (PROMISES.contains(heading) && promise && !isHead(line) && !NAMED.matcher(line).find()) {
        bare.add(line);
      }
    }
    assertThat(bare).isEmpty();
  }

  private static boolean isHead(String line) {
    return line.endsWith("| Test |");
  }

  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  SecurityPageTest::read,
                  (one, other) -> one + other));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
