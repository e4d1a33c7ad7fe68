package dev.krabkrab.gateway.failure;

import dev.krabkrab.gateway.failure.History.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a history for what may never happen to runs of one session: each has one end, everywhere
 * the same, and the transcript holds one run after the other. Protocol 04 §25, §26.
 */
final class RunChecker {
  private final List<String> violations = new ArrayList<>();
  private final Map<String, Boolean> ends = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private final Map<String, Integer> said = new HashMap<>();
  private @Nullable String speaking;

  private RunChecker() {}

  /** What is wrong with it, in words; empty when nothing is. */
  static List<String> violations(List<Entry> history) {
    RunChecker checker = new RunChecker();
    history.forEach(checker::check);
    checker.whole(history);
    return checker.violations;
  }

  private void check(Entry entry) {
    switch (entry) {
      case Entry.RunTold(String connection, String run, boolean well) -> {
        require(told.add(connection + " " + run), "an end told twice", entry);
        ended(run, well, entry);
      }
      case Entry.RunEnded(String run, boolean well) -> ended(run, well, entry);
      case Entry.RunAsked(String run) -> {
        speaking = run;
        require(said.put(run, -1) == null, "carried out twice", entry);
      }
      case Entry.RunSaid(int words) -> {
        String run = speaking;
        require(run != null && said.get(run) < 0, "a word too late", entry);
        if (run != null) {
          require(words <= wanted(run), "words of another run", entry);
          said.put(run, words);
        }
      }
      default -> {
        // Others look at the rest.
      }
    }
  }

  private void ended(String run, boolean well, Entry entry) {
    Boolean former = ends.putIfAbsent(run, well);
    require(former == null || former == well, "another end", entry);
  }

  /** Who was told that all went well finds all of it in the transcript. */
  private void whole(List<Entry> history) {
    for (Entry entry : history) {
      if (entry instanceof Entry.RunEnded(String run, boolean well) && well) {
        require(
            said.getOrDefault(run, -1) == wanted(run),
            "not in the transcript as it was told",
            entry);
      }
    }
  }

  private static int wanted(String run) {
    return Integer.parseInt(run.substring(run.lastIndexOf('-') + 1));
  }

  private void require(boolean held, String otherwise, Entry entry) {
    if (!held) {
      violations.add(otherwise + ": " + entry);
    }
  }
}
