package dev.krabkrab.gateway.agent.usage;

import dev.krabkrab.gateway.agent.models.ModelUsage;

/**
 * Counted tokens.
 *
 * @param entries answers they were counted for
 */
public record Tokens(long input, long output, long cacheRead, long cacheWrite, long entries) {
  static final Tokens NONE = new Tokens(0, 0, 0, 0, 0);

  Tokens plus(Tokens more) {
    return new Tokens(
        input + more.input,
        output + more.output,
        cacheRead + more.cacheRead,
        cacheWrite + more.cacheWrite,
        entries + more.entries);
  }

  ModelUsage toUsage() {
    return new ModelUsage(input, output, cacheRead, cacheWrite);
  }

  /** All tokens of whatever kind. */
  public long total() {
    return input + output + cacheRead + cacheWrite;
  }
}
