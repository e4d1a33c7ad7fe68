package dev.krabkrab.gateway.platform.config;

/** A setting that cannot be used. The message names the key and where the value came from. */
public final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InvalidSettingException(String message) {
    super(message);
  }
}
