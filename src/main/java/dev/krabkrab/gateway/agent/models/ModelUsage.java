package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;

/**
 * Tokens that were used.
 *
 * @param input read anew
 * @param output written
 * @param cacheRead read from the provider's cache
 * @param cacheWrite written into it
 */
public record ModelUsage(long input, long output, long cacheRead, long cacheWrite) {
  public static final ModelUsage NONE = new ModelUsage(0, 0, 0, 0);

  public long total() {
    return input + output + cacheRead + cacheWrite;
  }

  public ModelUsage plus(ModelUsage other) {
    return new ModelUsage(
        input + other.input,
        output + other.output,
        cacheRead + other.cacheRead,
        cacheWrite + other.cacheWrite);
  }

  /** As transcripts hold it; without cost. Protocol 04 §8. */
  public ObjectNode toJson() {
    return Json.object()
        .put("input", input)
        .put("output", output)
        .put("cacheRead", cacheRead)
        .put("cacheWrite", cacheWrite)
        .put("totalTokens", total());
  }
}
