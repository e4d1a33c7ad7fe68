package dev.krabkrab.gateway.agent.sessions;

import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads for many, a few at a time: a long list neither fills the pipeline to Redis nor the heap.
 */
final class ReadBatches {
  private ReadBatches() {}

  /** What comes of each, in order. */
  static <T, R> Future<List<R>> of(List<T> all, int atOnce, Function<T, Future<R>> read) {
    return next(all, 0, atOnce, read, new ArrayList<>());
  }

  private static <T, R> Future<List<R>> next(
      List<T> all, int start, int atOnce, Function<T, Future<R>> read, List<R> done) {
    int from = start;
    while (from < all.size()) {
      int to = Math.min(from + atOnce, all.size());
      CompositeFuture portion = Future.all(all.subList(from, to).stream().map(read).toList());
      if (!portion.succeeded()) {
        return portion.compose(
            part -> {
              done.addAll(part.<R>list());
              return next(all, to, atOnce, read, done);
            });
      }
      // What is known already needs no further call within this one.
      done.addAll(portion.<R>list());
      from = to;
    }
    return Future.succeededFuture(done);
  }
}
