package dev.krabkrab.gateway.agent.voice;

/** The failure of a provider to read a text out, in words for the client. */
final class SpeechException extends Exception {
  private static final long serialVersionUID = 1L;

  SpeechException(String message) {
    super(message, null, false, false);
  }
}
