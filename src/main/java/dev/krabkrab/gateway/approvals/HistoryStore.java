package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.redis.LuaScript;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finished approvals of the last 30 days, at most 256 in each of 64 buckets; the oldest of a full
 * bucket make room. They are entered by the scripts that end an approval; here they are read.
 * Protocol 05 §13.3.
 */
final class HistoryStore {
  private static final LuaScript PAGE = LuaScript.load("lua/approvals/page.lua");
  private static final LuaScript FINISHED = LuaScript.load("lua/approvals/finished.lua");
  private static final Pattern CURSOR = Pattern.compile("(\\d{1,16})-(\\d{1,16}-[0-9a-f]{40})");

  private final RedisLink link;
  private final RedisSettings settings;

  HistoryStore(RedisLink link, RedisSettings settings) {
    this.link = link;
    this.settings = settings;
  }

  /**
   * A part of the history.
   *
   * @param items newest first
   * @param next where the next page begins, or null when this is the last
   */
  record Page(List<Finished> items, @Nullable String next) {}

  /** Where an entry is: order of time, and among those of one moment that of names. */
  private record Place(long endedAtMs, String name, int bucket) {
    static final Comparator<Place> NEWEST_FIRST =
        Comparator.comparingLong(Place::endedAtMs).thenComparing(Place::name).reversed();

    String cursor() {
      return endedAtMs + "-" + name;
    }
  }

  /**
   * Reads a page.
   *
   * @param cursor of the page before, or null to begin
   * @param limit 1 to 100
   * @throws GatewayError when that is no cursor
   */
  Future<Page> page(@Nullable String cursor, int limit) {
    Place after = cursor == null ? null : place(cursor);
    String latest = after == null ? "+inf" : Long.toString(after.endedAtMs());
    // One more than asked for tells whether there is another page.
    List<String> args = List.of(latest, Integer.toString(limit + 1));
    List<Future<List<Place>>> buckets =
        IntStream.range(0, ApprovalStore.BUCKETS)
            .mapToObj(
                bucket ->
                    link.run(PAGE, List.of(index(settings, bucket)), args)
                        .map(reply -> places(reply, bucket)))
            .toList();
    return Future.all(buckets)
        .map(all -> chosen(all.list(), after, limit + 1))
        .compose(places -> page(places, limit));
  }

  /** The last use of an id, or null when it is not kept. */
  Future<@Nullable Finished> find(String id) {
    int bucket = ApprovalStore.bucket(id);
    List<String> keys = List.of(index(settings, bucket), entries(settings, bucket));
    return link.run(FINISHED, keys, List.of(id))
        .map(
            reply -> {
              String entry = Replies.text(reply);
              return entry == null ? null : Finished.parse(entry);
            });
  }

  static String index(RedisSettings settings, int bucket) {
    return settings.key(ApprovalStore.tag(bucket), "ended");
  }

  static String entries(RedisSettings settings, int bucket) {
    return settings.key(ApprovalStore.tag(bucket), "history");
  }

  private static Place place(String cursor) {
    Matcher parts = CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw GatewayError.invalid("invalid cursor: send the nextCursor of the page before");
    }
    return new Place(Long.parseLong(parts.group(1)), parts.group(2), 0);
  }

  private static List<Place> places(Response reply, int bucket) {
    List<String> texts = Replies.texts(reply);
    List<Place> places = new ArrayList<>();
    for (int i = 0; i + 1 < texts.size(); i += 2) {
      places.add(new Place(Long.parseLong(texts.get(i + 1)), texts.get(i), bucket));
    }
    return places;
  }

  private static List<Place> chosen(List<List<Place>> buckets, @Nullable Place after, int most) {
    return buckets.stream()
        .flatMap(List::stream)
        .filter(place -> after == null || Place.NEWEST_FIRST.compare(after, place) < 0)
        .sorted(Place.NEWEST_FIRST)
        .limit(most)
        .toList();
  }

  private Future<Page> page(List<Place> places, int limit) {
    List<Place> wanted = places.subList(0, Math.min(limit, places.size()));
    String next = places.size() > limit ? wanted.getLast().cursor() : null;
    Map<Integer, List<Place>> byBucket = new HashMap<>();
    wanted.forEach(
        place -> byBucket.computeIfAbsent(place.bucket(), b -> new ArrayList<>()).add(place));
    Map<String, Finished> read = new HashMap<>();
    List<Future<Void>> reads = new ArrayList<>();
    byBucket.forEach((bucket, named) -> reads.add(read(bucket, named, read)));
    return Future.all(reads)
        .map(
            done ->
                new Page(
                    wanted.stream().map(p -> read.get(p.name())).filter(Objects::nonNull).toList(),
                    next));
  }

  private Future<Void> read(int bucket, List<Place> named, Map<String, Finished> into) {
    Request request = Request.cmd(Command.HMGET).arg(entries(settings, bucket));
    named.forEach(place -> request.arg(place.name()));
    return link.send(request)
        .map(
            reply -> {
              for (int i = 0; i < named.size(); i++) {
                // It may have made room since its name was read.
                String entry = Replies.text(reply.get(i));
                if (entry != null) {
                  into.put(named.get(i).name(), Finished.parse(entry));
                }
              }
              return null;
            });
  }
}
