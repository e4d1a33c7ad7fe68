package dev.krabkrab.gateway.agent.runs;

/**
 * A picture that goes with a message.
 *
 * @param data base64
 */
public record RunImage(String mimeType, String data) {}
