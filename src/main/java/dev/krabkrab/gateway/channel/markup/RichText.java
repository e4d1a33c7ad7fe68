package dev.krabkrab.gateway.channel.markup;

import dev.krabkrab.gateway.channel.markup.Style.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** A text with looks. Cannot be changed. */
public final class RichText {
  private final List<Run> runs;
  private final String plain;
  private final NavigableSet<Integer> seams;

  /**
   * A part that looks the same throughout.
   *
   * @param styles the outermost first
   */
  record Run(int start, String text, List<Style> styles) {
    int end() {
      return start + text.length();
    }
  }

  RichText(List<Run> runs, NavigableSet<Integer> seams) {
    this.runs = List.copyOf(runs);
    StringBuilder all = new StringBuilder();
    runs.forEach(run -> all.append(run.text()));
    this.plain = all.toString();
    this.seams = new TreeSet<>(seams);
  }

  /** A text without looks. */
  static RichText of(String text) {
    return new RichText(List.of(new Run(0, text, List.of())), new TreeSet<>());
  }

  /** The text without its looks. */
  public String plain() {
    return plain;
  }

  /** The places at which a block begins, in their order. */
  NavigableSet<Integer> seams() {
    return seams;
  }

  /** Whether the character at a place is one of a block of code. */
  boolean isCodeBlock(int at) {
    return at < plain.length()
        && runs.get(runAt(at)).styles().stream().anyMatch(style -> style.is(Kind.BLOCK));
  }

  /** The run that a character is in, found in few steps: texts may have a run for each of them. */
  private int runAt(int at) {
    int first = 0;
    int last = runs.size() - 1;
    while (first < last) {
      int middle = (first + last + 1) >>> 1;
      if (runs.get(middle).start() <= at) {
        first = middle;
      } else {
        last = middle - 1;
      }
    }
    return first;
  }

  /** Writes what stands between two places; looks that reach beyond begin or end there. */
  String write(int from, int to, MarkupWriter writer) {
    for (int i = runAt(from); i < runs.size() && runs.get(i).start() < to; i++) {
      Run run = runs.get(i);
      int start = Math.max(from, run.start());
      int end = Math.min(to, run.end());
      if (start < end) {
        writer.write(run.text().substring(start - run.start(), end - run.start()), run.styles());
      }
    }
    return writer.end();
  }

  /** Puts a text together. */
  static final class Builder {
    private final List<Run> runs = new ArrayList<>();
    private final NavigableSet<Integer> seams = new TreeSet<>();
    private int length;

    void add(String text, List<Style> styles) {
      if (!text.isEmpty()) {
        runs.add(new Run(length, text, List.copyOf(styles)));
        length += text.length();
      }
    }

    /** A block begins here. */
    void seam() {
      seams.add(length);
    }

    boolean isEmpty() {
      return length == 0;
    }

    RichText build() {
      return new RichText(runs, seams);
    }
  }
}
