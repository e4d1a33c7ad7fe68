package dev.krabkrab.gateway.agent.tools;

import io.vertx.core.Future;

/** Keeps files for people for a while. */
public interface MediaRetention {
  /**
   * Keeps one.
   *
   * @param format such as {@code mp4}
   * @return its path on the gateway
   */
  Future<String> keep(String format, byte[] content);
}
