package dev.krabkrab.gateway.agent.voice;

/** Why a provider read nothing out, in words for the client. */
final class SpeechException extends Exception {
  private static final long serialVersionUID = 1L;

  SpeechException(String message) {
    super(message, null, false, false);
  }
}
