package dev.krabkrab.gateway.platform.redis;

import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads Redis replies whose shape the asking script fixes. */
public final class Replies {
  private Replies() {}

  /** Returns a number; a missing one is a broken script and fails. */
  public static long number(@Nullable Response reply) {
    Long value = reply == null ? null : reply.toLong();
    if (value == null) {
      throw new IllegalStateException("Redis answered no number");
    }
    return value;
  }

  /** Returns a text, or null for a missing value. */
  public static @Nullable String text(@Nullable Response reply) {
    return reply == null ? null : reply.toString();
  }

  /** Returns an array of texts; a missing array is empty. */
  public static List<String> texts(@Nullable Response array) {
    return array == null ? List.of() : array.stream().map(Response::toString).toList();
  }
}
