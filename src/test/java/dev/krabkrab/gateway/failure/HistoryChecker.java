package dev.krabkrab.gateway.failure;

import dev.krabkrab.gateway.failure.History.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a history for what may never happen, whatever breaks. Protocol 02 §16, invariants. {@link
 * RunChecker} looks at runs.
 */
final class HistoryChecker {
  private final List<String> violations = new ArrayList<>();
  private final Map<String, String> decisions = new HashMap<>();
  private final Map<String, Entry> undecided = new HashMap<>();
  private final Map<String, Set<String>> tried = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private final Set<String> handed = new HashSet<>();
  private final Map<String, Integer> greeted = new HashMap<>();
  private final Map<String, Long> seqs = new HashMap<>();

  private HistoryChecker() {}

  /** What is wrong with it, in words; empty when nothing is. */
  static List<String> violations(List<Entry> history) {
    HistoryChecker checker = new HistoryChecker();
    history.forEach(checker::check);
    checker.undecided.keySet().retainAll(checker.decisions.keySet());
    checker.undecided.values().forEach(entry -> checker.require(false, "withheld", entry));
    return checker.violations;
  }

  private void check(Entry entry) {
    switch (entry) {
      case Entry.Tried(String approval, String decision) ->
          tried.computeIfAbsent(approval, key -> new HashSet<>()).add(decision);
      case Entry.Accepted(String approval, String decision) -> decided(approval, decision, entry);
      case Entry.Answered(String approval, String decision) -> {
        if (decision == null) {
          undecided.put(approval, entry);
        } else {
          decided(approval, decision, entry);
        }
      }
      case Entry.Told(String client, String approval, String decision) -> {
        decided(approval, decision, entry);
        require(told.add(client + " " + approval), "told twice", entry);
      }
      case Entry.Handed(String node, int connection, String key) -> {
        require(handed.add(node + " " + key), "ran twice", entry);
        require(connection >= greeted.getOrDefault(node, 0), "reached an old registration", entry);
      }
      case Entry.Greeted(String node, int connection) -> greeted.merge(node, connection, Math::max);
      case Entry.Numbered(String connection, long seq) -> {
        Long last = seqs.put(connection, seq);
        require(seq == (last == null ? 1 : last + 1), "a hole in seq", entry);
      }
      case Entry.RunTold told -> {}
      case Entry.RunEnded ended -> {}
      case Entry.RunAsked asked -> {}
      case Entry.RunSaid said -> {}
      case Entry.Hung hung -> require(false, "a call without an end", hung);
    }
  }

  private void decided(String approval, String decision, Entry entry) {
    require(
        tried.getOrDefault(approval, Set.of()).contains(decision), "an invented decision", entry);
    String former = decisions.putIfAbsent(approval, decision);
    require(former == null || former.equals(decision), "a second decision", entry);
  }

  private void require(boolean held, String otherwise, Entry entry) {
    if (!held) {
      violations.add(otherwise + ": " + entry);
    }
  }
}
