package dev.krabkrab.gateway.edge.http;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a request to a hook outside its body. Protocol 04 §23. */
final class HookQuery {
  private static final Logger LOG = LoggerFactory.getLogger(HookQuery.class);

  private HookQuery() {}

  /** The secret that a request shows, or null. */
  static @Nullable String token(HttpServerRequest request) {
    String bearer = HttpGuard.bearer(request.getHeader("authorization"));
    if (bearer != null) {
      return bearer;
    }
    String header = request.getHeader("x-openclaw-token");
    if (header != null && !header.isBlank()) {
      return header.strip();
    }
    String inPath = param(request, "token");
    if (inPath != null) {
      LOG.warn("a hook was called with its token in the URL; send it as Authorization: Bearer");
    }
    return inPath;
  }

  /** A parameter of the query; null without it, and where the query cannot be read. */
  static @Nullable String param(HttpServerRequest request, String name) {
    try {
      return request.getParam(name);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }
}
