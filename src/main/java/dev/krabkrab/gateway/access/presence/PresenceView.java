package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.presence.PresenceLine.Kind;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The presence lines of all instances as this one knows them: a copy of what Redis holds, merged by
 * key and kept in order, so that a change costs the logarithm of what is there. Not thread-safe.
 */
final class PresenceView {
  /** Life of a beacon or a leaving, in milliseconds. Protocol 01d §10.3. */
  static final long ROW_TTL_MS = 300_000;

  static final int MAX_ROWS = 200;

  /**
   * One visible entry. Most are never asked for their text, because a list shows few of many; what
   * was merged for it is kept.
   */
  static final class Shown {
    private final String key;
    private final long ts;
    private final List<PresenceLine> live;
    private final @Nullable PresenceLine row;
    private @Nullable String merged;

    private Shown(String key, long ts, List<PresenceLine> live, @Nullable PresenceLine row) {
      this.key = key;
      this.ts = ts;
      this.live = live;
      this.row = row;
    }

    String key() {
      return key;
    }

    long ts() {
      return ts;
    }

    /** The instance that its latest connection is on, or that it is; null when it is on none. */
    @Nullable String gatewayInstance() {
      return live.stream()
          .max(Comparator.comparingLong(PresenceLine::ts).thenComparingLong(PresenceLine::version))
          .map(
              line -> line.kind() == Kind.SELF ? line.key() : PresenceLine.instanceOf(line.field()))
          .orElse(null);
    }

    /** The encoded entry, open at its end for its time. */
    byte[] head() {
      String entry = entry();
      String open = entry.substring(0, entry.length() - 1);
      String text = open.length() == 1 ? "{\"ts\":" : open + ",\"ts\":";
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private String entry() {
      if (live.size() == 1 && row == null) {
        return live.getFirst().entry();
      }
      if (merged == null) {
        merged = Json.text(PresenceMerge.merge(live, row));
      }
      return merged;
    }
  }

  private static final Comparator<Shown> NEWEST =
      Comparator.comparingLong(Shown::ts).reversed().thenComparing(Shown::key);

  private static final class Group {
    final Map<String, PresenceLine> live = new HashMap<>(2);
    @Nullable PresenceLine row;
    @Nullable Shown shown;
    boolean shownLive;
  }

  private final Map<String, PresenceLine> lines = new HashMap<>();
  private final Map<String, Group> groups = new HashMap<>();
  private final TreeMap<String, Shown> selves = new TreeMap<>();
  private final TreeSet<Shown> live = new TreeSet<>(NEWEST);
  private final TreeSet<Shown> left = new TreeSet<>(NEWEST);
  private final TreeSet<PresenceLine> rows =
      new TreeSet<>(Comparator.comparingLong(PresenceLine::ts).thenComparing(PresenceLine::field));

  /** Enters a line unless a newer one is there. */
  void put(PresenceLine line) {
    PresenceLine before = lines.get(line.field());
    if (before != null && before.version() > line.version()) {
      return;
    }
    lines.put(line.field(), line);
    if (line.kind() == Kind.SELF) {
      selves.put(line.key(), new Shown(line.key(), 0, List.of(line), null));
      return;
    }
    Group group = groups.computeIfAbsent(line.key(), key -> new Group());
    if (line.kind() == Kind.LIVE) {
      group.live.put(line.field(), line);
    } else {
      setRow(group, line);
    }
    show(line.key(), group);
  }

  void remove(String field) {
    PresenceLine line = lines.remove(field);
    if (line == null) {
      return;
    }
    if (line.kind() == Kind.SELF) {
      selves.remove(line.key());
      return;
    }
    Group group = groups.computeIfAbsent(line.key(), key -> new Group());
    if (line.kind() == Kind.LIVE) {
      group.live.remove(field);
    } else {
      setRow(group, null);
    }
    show(line.key(), group);
  }

  void replaceAll(Collection<PresenceLine> all) {
    lines.clear();
    groups.clear();
    selves.clear();
    live.clear();
    left.clear();
    rows.clear();
    all.forEach(this::put);
  }

  /** Drops rows past their life, and the oldest beyond the number kept. */
  void expire(long now) {
    while (!rows.isEmpty() && (rows.first().ts() < now - ROW_TTL_MS || rows.size() > MAX_ROWS)) {
      remove(rows.first().field());
    }
  }

  /** The visible entry of a key without its time, or null when there is none. */
  @Nullable ObjectNode entry(String key) {
    Group group = groups.get(key);
    return group == null ? null : PresenceMerge.merge(group.live.values(), group.row);
  }

  boolean isLive(String key) {
    Group group = groups.get(key);
    return group != null && !group.live.isEmpty();
  }

  @Nullable PresenceLine line(String field) {
    return lines.get(field);
  }

  int size() {
    return lines.size();
  }

  /** Instances that have a line of their own. */
  Set<String> instances() {
    return Set.copyOf(selves.keySet());
  }

  NavigableMap<String, Shown> selves() {
    return selves;
  }

  /** Keys with a live connection, latest change first. */
  NavigableSet<Shown> live() {
    return live;
  }

  /** Keys without one, latest change first. */
  NavigableSet<Shown> left() {
    return left;
  }

  private void setRow(Group group, @Nullable PresenceLine row) {
    if (group.row != null) {
      rows.remove(group.row);
    }
    group.row = row;
    if (row != null) {
      rows.add(row);
    }
  }

  private void show(String key, Group group) {
    if (group.shown != null) {
      (group.shownLive ? live : left).remove(group.shown);
    }
    if (group.live.isEmpty() && group.row == null) {
      groups.remove(key);
      return;
    }
    group.shownLive = !group.live.isEmpty();
    group.shown = shown(key, group);
    (group.shownLive ? live : left).add(group.shown);
  }

  private static Shown shown(String key, Group group) {
    PresenceLine row = group.row;
    if (row != null && row.kind() == Kind.GONE && !group.live.isEmpty()) {
      row = null;
    }
    long ts = group.live.values().stream().mapToLong(PresenceLine::ts).max().orElse(0);
    if (row != null) {
      ts = Math.max(ts, row.ts());
    }
    return new Shown(key, ts, List.copyOf(group.live.values()), row);
  }
}
