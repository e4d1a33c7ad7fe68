package dev.krabkrab.gateway.edge.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * Lets only paths through that have one spelling. A router that removes dots, joins slashes,
 * decodes letters or forgives a slash at the end would otherwise find endpoints behind paths that
 * others, like a proxy with rules of its own, took for something else.
 */
final class PathCheck implements Handler<RoutingContext> {
  @Override
  public void handle(RoutingContext context) {
    if (isPlain(context)) {
      context.next();
    } else {
      context.fail(404);
    }
  }

  private static boolean isPlain(RoutingContext context) {
    String path = String.valueOf(context.request().path());
    try {
      return path.equals(context.normalizedPath()) && !path.endsWith("/");
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }
}
