package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The README's table lists every command, and only commands there are. */
class ReadmeTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[a-z].*?) \\|[^|]*\\|$");
  private static final Pattern ENTRY = Pattern.compile("`([^`]+)`");

  @TempDir Path home;

  @Test
  void theTableListsEveryCommand() throws IOException {
    TreeSet<String> listed = new TreeSet<>();
    String page = Files.readString(Path.of("README.md")).replace("\\|", "/");
    ROW.matcher(page)
        .results()
        .flatMap(row -> ENTRY.matcher(row.group(1)).results())
        .map(entry -> entry.group(1))
        .filter(entry -> !entry.startsWith("-"))
        .forEach(entry -> listed.addAll(commands(entry)));

    TreeSet<String> all = new TreeSet<>();
    leaves(Commands.create(new TestCli(home).context()), "", all);
    assertThat(listed).containsExactlyElementsOf(all);
  }

  /** {@code a b/c} is {@code a b} and {@code a c}; parameters are left out. */
  private static List<String> commands(String entry) {
    List<String> words =
        Stream.of(entry.split(" ")).filter(word -> Character.isLetter(word.charAt(0))).toList();
    String before = String.join(" ", words.subList(0, words.size() - 1));
    return Stream.of(words.getLast().split("/"))
        .map(last -> (before + " " + last).strip())
        .toList();
  }

  private static void leaves(CommandLine line, String name, TreeSet<String> into) {
    line.getSubcommands()
        .forEach(
            (word, sub) -> {
              String full = (name + " " + word).strip();
              if (sub.getCommandSpec().usageMessage().hidden()) {
                return;
              }
              if (sub.getSubcommands().isEmpty()) {
                into.add(full);
              } else {
                leaves(sub, full, into);
              }
            });
  }
}
