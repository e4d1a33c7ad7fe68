package dev.krabkrab.gateway.platform.config;

/** A setting that cannot be used. The message names the key and where the value came from. */
public final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String problem;
  private final boolean ofFile;

  public InvalidSettingException(String message) {
    super(message);
    this.key = "";
    this.problem = message;
    this.ofFile = false;
  }

  /**
   * Refuses one setting.
   *
   * @param key name of the setting, as in a file
   * @param problem what is wrong with it, as words that follow its name
   * @param origin where its value came from
   */
  InvalidSettingException(String key, String problem, String origin) {
    super(key + " " + problem + " (from " + origin + ")");
    this.key = key;
    this.problem = problem;
    this.ofFile = origin.equals(Sources.FILE);
  }

  /** The setting, as in a file; empty when it is not about a single one. */
  public String key() {
    return key;
  }

  /** Whether the value came from the configuration file. */
  public boolean isOfFile() {
    return ofFile;
  }

  /** What is wrong with the setting; the whole message when it is not about a single one. */
  public String problem() {
    return problem;
  }
}
