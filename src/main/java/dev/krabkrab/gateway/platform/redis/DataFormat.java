package dev.krabkrab.gateway.platform.redis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import org.jspecify.annotations.Nullable;

/**
 * The format of what a namespace holds in Redis, kept there with the release that made it, so that
 * no release works on data which it does not know. It rises only with a release that older ones
 * cannot run beside.
 */
public final class DataFormat {
  /** The format this release reads and writes; it reads no other one. */
  public static final int CURRENT = 1;

  /** The start is refused: the data is for another release. The message says what to do. */
  public static final class UnknownFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownFormatException(String message) {
      super(message, null, false, false);
    }
  }

  private DataFormat() {}

  /**
   * Checks the format of the namespace, or enters this release's where none is entered: the
   * releases before this one wrote format 1 and said so nowhere.
   *
   * @param release version of this release, for people
   * @return fails with {@link UnknownFormatException} when this release must not use the data
   */
  public static Future<Void> check(Vertx vertx, RedisSettings settings, String release) {
    String key = settings.key("format", "data");
    String own = Json.text(Json.object().put("format", CURRENT).put("release", release));
    RedisLink link = RedisLink.create(vertx, settings);
    return link.ready()
        .compose(ready -> link.send(Request.cmd(Command.SET).arg(key).arg(own).arg("NX")))
        .compose(entered -> link.send(Request.cmd(Command.GET).arg(key)))
        .map(stored -> known(settings.namespace(), Replies.text(stored)))
        .eventually(link::close);
  }

  private static @Nullable Void known(String namespace, @Nullable String stored) {
    JsonNode entry = stored == null ? null : Json.tryParse(stored);
    int format = entry == null ? 0 : entry.path("format").asInt();
    if (format == CURRENT) {
      return null;
    }
    String by = Json.textOrNull(entry, "release");
    throw new UnknownFormatException(
        "the data of namespace "
            + namespace
            + " in Redis has "
            + (format == 0 ? "a format nobody knows" : "format " + format)
            + (by == null ? "" : ", written by release " + by)
            + "; this release knows format "
            + CURRENT
            + " only. Start "
            + (by == null ? "the release that wrote it" : "release " + by)
            + " or one that names that format in its changelog, or restore a backup from before"
            + " the upgrade (docs/operations/redis.md), or choose another KRABKRAB_NAMESPACE.");
  }
}
