package dev.krabkrab.gateway.control.browser;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Keeps files where every instance serves them. */
@FunctionalInterface
public interface BrowserFiles {
  /**
   * Keeps a file.
   *
   * @param type its media type
   * @param extension of the name it gets, without the dot
   * @param lifeMs how long it is kept, in milliseconds
   * @return the path that it is served at; fails while Redis is away
   */
  Future<String> keep(String type, Buffer content, String extension, long lifeMs);
}
