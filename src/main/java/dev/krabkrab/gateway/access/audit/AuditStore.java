package dev.krabkrab.gateway.access.audit;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The trail in Redis: a stream, and its two ends kept apart from it. Fails closed. */
final class AuditStore {
  private static final LuaScript APPEND = LuaScript.load("lua/access/audit/append.lua");
  private static final LuaScript PAGE = LuaScript.load("lua/access/audit/page.lua");
  private static final LuaScript PLACES = LuaScript.load("lua/access/audit/places.lua");
  private static final LuaScript HISTORY = LuaScript.load("lua/access/audit/history.lua");
  private static final String AGGREGATE = "audit";

  private final RedisLink link;
  private final List<String> keys;
  private final List<String> places;

  AuditStore(RedisLink link) {
    this.link = link;
    RedisSettings settings = link.settings();
    this.keys =
        List.of(
            settings.key(AGGREGATE, "log"),
            settings.key(AGGREGATE, "head"),
            settings.key(AGGREGATE, "anchor"));
    this.places = List.of(settings.key(AGGREGATE, "places"));
  }

  boolean connected() {
    return link.connected();
  }

  /** What became of a batch. */
  enum Outcome {
    OK,
    /** It had been appended before, and its answer was lost. */
    DONE,
    /** Somebody else appended meanwhile. */
    MOVED,
    /** Its time is ahead of Redis. */
    FUTURE
  }

  /**
   * The answer to an append.
   *
   * @param head the last entry now
   * @param nowMs Redis time
   */
  record Appended(Outcome outcome, AuditLink head, long nowMs) {}

  /**
   * Entries whose hashes follow {@code head}.
   *
   * @param latestMs latest time any of them names
   * @param awaited somebody waits until replicas have them
   */
  record Batch(AuditLink head, List<AuditEntry> entries, long latestMs, boolean awaited) {
    /** Reads the head only. */
    static Batch empty(AuditLink head) {
      return new Batch(head, List.of(), 0, false);
    }
  }

  /** Appends all of a batch or nothing, and takes away what {@code kept} says is not kept. */
  Future<Appended> append(Batch batch, AuditSettings kept) {
    List<String> args = new ArrayList<>(5 + 3 * batch.entries().size());
    args.add(Long.toString(batch.head().seq()));
    args.add(batch.head().hash());
    args.add(Long.toString(kept.retentionMs()));
    args.add(Integer.toString(kept.maxEntries()));
    args.add(Long.toString(batch.latestMs()));
    for (AuditEntry entry : batch.entries()) {
      args.add(entry.id());
      args.add(entry.text());
      args.add(entry.hash());
    }
    Future<Response> answer =
        batch.awaited() ? link.runDurable(APPEND, keys, args) : link.run(APPEND, keys, args);
    return answer.map(
        r ->
            new Appended(
                Outcome.valueOf(r.get(0).toString().toUpperCase(Locale.ROOT)),
                place(r.get(1), r.get(2), r.get(3)),
                number(r.get(4))));
  }

  /** Takes places for refusals, as many as there are, up to a small part of all. */
  Future<Integer> takeRefusalPlaces(AuditSettings kept) {
    List<String> args =
        List.of(
            Integer.toString(kept.refusalPlacesAtOnce()),
            Integer.toString(kept.refusalPlaces()),
            Long.toString(kept.retentionMs()));
    return link.run(PLACES, places, args).map(Response::toInteger);
  }

  /**
   * Reads entries.
   *
   * @param from lowest id, {@code -} for none, behind a {@code (} when not itself
   * @param to highest id, {@code +} for none, behind a {@code (} when not itself
   */
  Future<AuditPage> page(boolean newestFirst, String from, String to, int count) {
    List<String> args = List.of(newestFirst ? "down" : "up", from, to, Integer.toString(count));
    return link.run(PAGE, keys, args)
        .map(
            r ->
                new AuditPage(
                    place(r.get(0).get(0), r.get(0).get(1), r.get(0).get(2)),
                    place(r.get(1).get(0), r.get(1).get(1), r.get(1).get(2)),
                    r.get(2).stream().map(AuditStore::entry).toList()));
  }

  /**
   * What a look back found.
   *
   * @param last the entry that was looked at last, or null at the end of the range
   * @param texts of the entries that have what was looked for, the newest first
   */
  record Seen(@Nullable String last, List<String> texts) {}

  /**
   * Looks back for entries that have {@code text} in them.
   *
   * @param from and to as of {@link #page}
   * @param wanted entries at most
   * @param most entries that are looked at
   */
  Future<Seen> lookBack(String from, String to, String text, int wanted, int most) {
    List<String> args = List.of(from, to, text, Integer.toString(wanted), Integer.toString(most));
    return link.run(HISTORY, keys.subList(0, 1), args)
        .map(
            r -> {
              String last = r.get(0).toString();
              List<String> texts = r.stream().skip(1).map(Response::toString).toList();
              return new Seen(last.isEmpty() ? null : last, texts);
            });
  }

  private static AuditEntry entry(Response fields) {
    return new AuditEntry(
        fields.get(0).toString(), fields.get(1).toString(), fields.get(2).toString());
  }

  private static AuditLink place(Response seq, Response hash, Response ms) {
    long number = number(seq);
    return number == 0 ? AuditLink.START : new AuditLink(number, hash.toString(), number(ms));
  }

  private static long number(Response text) {
    return Long.parseLong(text.toString());
  }
}
