package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.auth.SharedSecret;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code hooks} of the gateway document. Protocol 04 §23.
 *
 * @param path begins every hook's path; default {@code /hooks}
 * @param secret {@code hooks.token}, a secret of its own
 * @param mappings {@code hooks.mappings}, the first that fits counts
 */
public record HookRules(String path, SharedSecret secret, List<Mapping> mappings) {
  /** What the credential of whoever comes with the hooks' token is called. */
  public static final String CREDENTIAL = "hooks";

  private static final String DEFAULT_PATH = "/hooks";

  /**
   * The mapping of another system's request to work of an agent.
   *
   * @param path below the hooks' path; null for any
   * @param source {@code source} of the body; null for any
   * @param wakes only the main conversation is notified; otherwise an agent answers
   * @param text template of the message
   * @param agent that answers; null for the one of the session's key, or the default one
   * @param session template of the session's key; null for a new one
   * @param delivery where the answer goes besides; templates
   * @param now the heartbeat comes at once
   */
  public record Mapping(
      @Nullable String path,
      @Nullable String source,
      boolean wakes,
      String text,
      @Nullable String agent,
      @Nullable String session,
      @Nullable String model,
      @Nullable String thinking,
      long timeoutSeconds,
      HookDelivery delivery,
      boolean now) {

    boolean fits(String requestPath, JsonNode body) {
      return (path == null || path.equals(requestPath))
          && (source == null || source.equals(body.path("source").asText()));
    }
  }

  public HookRules {
    mappings = List.copyOf(mappings);
  }

  /** Reads the document; null when hooks are off, or have no token. */
  public static @Nullable HookRules of(JsonNode document) {
    JsonNode hooks = document.path("hooks");
    String token = Json.nonBlank(hooks, "token");
    if (!hooks.path("enabled").asBoolean(false) || token == null) {
      return null;
    }
    String path = Json.nonBlank(hooks, "path");
    String clean = path == null ? DEFAULT_PATH : "/" + path.strip().replaceAll("^/+|/+$", "");
    List<Mapping> mappings = new ArrayList<>();
    hooks.path("mappings").forEach(entry -> mappings.add(mapping(entry)));
    return new HookRules(
        clean.equals("/") ? DEFAULT_PATH : clean, SharedSecret.token(token), mappings);
  }

  private static Mapping mapping(JsonNode entry) {
    String path = Json.nonBlank(entry.path("match"), "path");
    boolean wakes = entry.path("action").asText("agent").equals("wake");
    String template = Json.nonBlank(entry, wakes ? "textTemplate" : "messageTemplate");
    return new Mapping(
        path == null ? null : path.replaceAll("^/+|/+$", ""),
        Json.nonBlank(entry.path("match"), "source"),
        wakes,
        template == null ? "" : template,
        Json.nonBlank(entry, "agentId"),
        Json.nonBlank(entry, "sessionKey"),
        Json.nonBlank(entry, "model"),
        Json.nonBlank(entry, "thinking"),
        Math.max(0, entry.path("timeoutSeconds").asLong(0)),
        HookDelivery.of(entry),
        !entry.path("wakeMode").asText("now").equals("next-heartbeat"));
  }
}
