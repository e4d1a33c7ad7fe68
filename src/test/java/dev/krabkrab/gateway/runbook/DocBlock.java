package dev.krabkrab.gateway.runbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A block of code in a page, fenced or indented, with what the invisible comment above it says: the
 * name it is run by ({@code <!-- run: name -->}), or why it is not ({@code <!-- not run: why -->}).
 *
 * @param line of its first line in the page, from 1
 * @param text without the indentation that makes it a block
 * @param run empty when it is not run
 * @param notRun empty when it is run, or when nothing is said
 */
record DocBlock(Path page, int line, String text, String run, String notRun) {
  private static final Path PAGES = Path.of("docs", "operations");
  private static final Pattern MARK = Pattern.compile("\\s*<!-- (run|not run): (.+) -->\\s*");
  private static final Pattern INDENTED = Pattern.compile(" {4,}\\S.*");
  private static final Pattern FENCE = Pattern.compile("\\s*```.*");

  /** A line that a shell is given, rather than a file or an answer. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)^(#!.*|(krabkrab|bin/krabkrab|\\.ci/|\\.github/|git|kubectl|kustomize|helm|redis-cli|redis-server|docker|buildah"
              + "|cosign|openssl|umask|export|mvn|node|npm|curl|otelcol|jcmd|shred|install|tar|sha256sum"
              + "|java|psql|apt-get|grep|for|while|until|cp|mv|rm|cat|printf|echo)\\b.*|[a-z_]\\w*=\\S.*"
              + "|k8s/\\S+)");

  /** All blocks of all pages. */
  static List<DocBlock> all() {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .flatMap(page -> of(page, read(page)).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one that is run by this name. */
  static DocBlock named(String name) {
    List<DocBlock> found = all().stream().filter(block -> block.run().equals(name)).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(found.size() + " blocks are run as " + name);
    }
    return found.getFirst();
  }

  static List<DocBlock> of(Path page, String text) {
    List<DocBlock> blocks = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    String mark = "";
    int at = 0;
    while (at < lines.length) {
      String line = lines[at];
      int end = at;
      if (FENCE.matcher(line).matches()) {
        end = fenceEnd(lines, at);
        blocks.add(block(page, at + 2, List.of(lines).subList(at + 1, end), mark));
        end++;
      } else if (INDENTED.matcher(line).matches() && (at == 0 || !isText(lines[at - 1]))) {
        end = indentedEnd(lines, at);
        blocks.add(block(page, at + 1, List.of(lines).subList(at, end), mark));
      }
      if (end > at) {
        mark = "";
        at = end;
        continue;
      }
      if (!line.isBlank()) {
        mark = MARK.matcher(line).matches() ? line : "";
      }
      at++;
    }
    return blocks;
  }

  /** Whether somebody would paste it into a shell. */
  boolean isCommands() {
    return COMMAND.matcher(text).find();
  }

  String place() {
    return page + ":" + line;
  }

  /** Text of a paragraph, whose next line may be indented and is no code. */
  private static boolean isText(String line) {
    return !line.isBlank() && !MARK.matcher(line).matches();
  }

  private static int fenceEnd(String[] lines, int start) {
    int end = start + 1;
    while (end < lines.length && !FENCE.matcher(lines[end]).matches()) {
      end++;
    }
    return end;
  }

  /** Empty lines belong to a block when more of it follows. */
  private static int indentedEnd(String[] lines, int start) {
    int end = start;
    for (int at = start; at < lines.length; at++) {
      if (INDENTED.matcher(lines[at]).matches()) {
        end = at + 1;
      } else if (!lines[at].isBlank()) {
        break;
      }
    }
    return end;
  }

  private static DocBlock block(Path page, int line, List<String> lines, String mark) {
    int indentation =
        lines.stream()
            .filter(text -> !text.isBlank())
            .mapToInt(text -> text.length() - text.stripLeading().length())
            .min()
            .orElse(0);
    StringBuilder text = new StringBuilder();
    for (String each : lines) {
      text.append(each.isBlank() ? "" : each.substring(indentation)).append('\n');
    }
    Optional<Matcher> said = Optional.of(MARK.matcher(mark)).filter(Matcher::matches);
    String run = said.filter(m -> m.group(1).equals("run")).map(m -> m.group(2)).orElse("");
    String not = said.filter(m -> m.group(1).equals("not run")).map(m -> m.group(2)).orElse("");
    return new DocBlock(page, line, text.toString(), run, not);
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
