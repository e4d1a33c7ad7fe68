package dev.krabkrab.gateway.agent.voice;

import io.vertx.core.buffer.Buffer;

/**
 * A text read out.
 *
 * @param format as it was requested of the provider
 * @param extension of a file of it
 * @param type its media type
 * @param voiceMessage whether chats take it as a voice message
 */
record Speech(
    Buffer audio,
    SpeechProvider provider,
    String format,
    String extension,
    String type,
    boolean voiceMessage) {}
