package dev.krabkrab.gateway.tools;

import io.vertx.core.Future;

/** Keeps files for people for a while. */
public interface FileKeeper {
  /**
   * Keeps one.
   *
   * @param format such as {@code mp4}
   * @return its path on the gateway
   */
  Future<String> keep(String format, byte[] content);
}
