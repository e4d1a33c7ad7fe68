package dev.krabkrab.gateway.edge.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of docs/operations/metrics.md. */
public final class DocumentedSeries {
  private static final Path PAGE = Path.of("docs", "operations", "metrics.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z0-9_]+)` \\| (\\w+) \\| ([a-z_, ]*?) ?\\| ([^|]*?) ?\\| (.+) \\|");

  /** One line of a table. */
  public record Row(String type, Set<String> tags, String meaning) {}

  private DocumentedSeries() {}

  public static Map<String, Row> read() {
    Map<String, Row> rows = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(PAGE)) {
        Matcher matcher = ROW.matcher(line);
        if (line.startsWith("| `") && !matcher.matches()) {
          throw new AssertionError("not a row of five columns: " + line);
        }
        if (line.startsWith("| `") && rows.put(matcher.group(1), row(matcher)) != null) {
          throw new AssertionError("documented twice: " + matcher.group(1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static Row row(Matcher matcher) {
    Set<String> tags =
        Arrays.stream(matcher.group(3).split(",\\s*"))
            .map(String::strip)
            .filter(tag -> !tag.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    return new Row(matcher.group(2), tags, matcher.group(5));
  }
}
