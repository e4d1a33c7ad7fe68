package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;

/**
 * What a Redis says of itself that matters to a gateway.
 *
 * @param version as in {@code redis 7.4.11}; empty when it does not say
 * @param fixed whether the release has the known holes closed
 * @param appends whether every write is kept in a file ({@code appendonly})
 * @param saves when it keeps snapshots, as {@code CONFIG GET save} has it; empty for never, or when
 *     it may not be asked
 * @param policy {@code maxmemory-policy}; empty when it does not say
 * @param memory {@code maxmemory} in bytes, 0 for no bound
 * @param timeMs its clock, milliseconds since the epoch
 */
public record RedisFacts(
    String version,
    boolean fixed,
    boolean appends,
    String saves,
    String policy,
    long memory,
    long timeMs) {

  /** Asks a Redis; what it refuses to tell is left empty. */
  public static Future<RedisFacts> of(RedisLink link) {
    Future<Map<String, String>> info = link.send(Request.cmd(Command.INFO)).map(RedisFacts::lines);
    Future<String> saves =
        link.send(Request.cmd(Command.CONFIG).arg("GET").arg("save"))
            .map(RedisFacts::saves)
            .otherwise("");
    Future<Long> time = link.send(Request.cmd(Command.TIME)).map(RedisFacts::ms);
    return Future.all(info, saves, time)
        .map(all -> of(info.result(), saves.result(), time.result()));
  }

  private static RedisFacts of(Map<String, String> info, String saves, long timeMs) {
    String field = info.containsKey("valkey_version") ? "valkey_version" : "redis_version";
    var version = ServerVersion.ofInfo(field + ":" + info.getOrDefault(field, ""));
    return new RedisFacts(
        version.map(ServerVersion::toString).orElse(""),
        version.map(ServerVersion::isFixed).orElse(false),
        info.getOrDefault("aof_enabled", "0").equals("1"),
        saves,
        info.getOrDefault("maxmemory_policy", ""),
        number(info.getOrDefault("maxmemory", "0")),
        timeMs);
  }

  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private static Map<String, String> lines(Response info) {
    Map<String, String> lines = new HashMap<>();
    for (String line : info.toString().split("\\R", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        lines.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return lines;
  }

  private static String saves(Response pairs) {
    return pairs.size() > 1 && !pairs.isMap() ? pairs.get(1).toString() : value(pairs);
  }

  private static String value(Response map) {
    Response value = map.isMap() ? map.get("save") : null;
    return value == null ? "" : value.toString();
  }

  private static long ms(Response time) {
    return part(time, 0) * 1_000 + part(time, 1) / 1_000;
  }

  private static long part(Response time, int index) {
    return Long.parseLong(time.get(index).toString());
  }
}
