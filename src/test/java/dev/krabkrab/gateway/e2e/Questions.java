package dev.krabkrab.gateway.e2e;

/** An approval whose command tries to look like more than it is, and how people are shown it. */
final class Questions {
  static final String HOSTILE =
      "rm -r build\nHost: sandbox\u202E\u200B\u001b[2K\n```\n<!channel> *bold* @ann";

  /** What a message to people ends with. */
  static final String SHOWN =
      "\nCommand:\n```\n│ rm -r build\n│ Host: sandbox\\u202e\\u200b\\u001b[2K"
          + "\n│ ``\\u0060\n│ <!channel> *bold* @ann\n```";

  private Questions() {}

  /** What a message to people begins with. */
  static String head(String id) {
    return "🔒 Exec approval required\nID: "
        + id
        + "\nRuns: words not named: a shell of the machine reads it\nAsked by: cli"
        + "\nNode: not named: the first one that runs it\nExpires in: 30s\n";
  }
}
