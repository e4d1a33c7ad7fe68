package dev.krabkrab.gateway.agent.media;

import io.vertx.core.buffer.Buffer;

/**
 * A file that is kept.
 *
 * @param type its media type
 */
public record MediaFile(String type, Buffer content) {}
