package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of a hook's answer besides its session. Protocol 04 §23.
 *
 * @param wanted {@code deliver}; it goes nowhere otherwise
 * @param channel null or {@code last} for the one that was used last
 * @param to null for whom was written to last
 */
record HookDelivery(boolean wanted, @Nullable String channel, @Nullable String to) {
  private static final String LAST = "last";

  /** Reads the body of a request, or a mapping. */
  static HookDelivery of(JsonNode json) {
    return new HookDelivery(
        json.path("deliver").asBoolean(true), text(json, "channel"), text(json, "to"));
  }

  private static @Nullable String text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    String text = value.isNumber() ? value.asText() : Json.nonBlank(json, name);
    return text == null ? null : text.strip();
  }

  /** The same with the templates of a mapping filled. */
  HookDelivery filled(UnaryOperator<String> template) {
    return new HookDelivery(wanted, filled(channel, template), filled(to, template));
  }

  private static @Nullable String filled(@Nullable String text, UnaryOperator<String> template) {
    String filled = text == null ? "" : template.apply(text).strip();
    return filled.isEmpty() ? null : filled;
  }

  /**
   * Finds the way.
   *
   * @param sessionKey canonical
   * @return nothing when none is wanted, or none is named and none was used yet; fails with {@link
   *     IllegalArgumentException} when what is named leads nowhere
   */
  Future<Optional<DeliveryContext>> find(Hooks.Ways ways, String sessionKey) {
    if (!wanted) {
      return Future.succeededFuture(Optional.empty());
    }
    String in = channel;
    if (in == null || in.equals(LAST)) {
      return way(ways, sessionKey)
          .recover(
              none ->
                  to == null && none instanceof IllegalArgumentException
                      ? Future.succeededFuture(Optional.empty())
                      : Future.failedFuture(none));
    }
    return ways.channels()
        .compose(
            known -> {
              if (!known.contains(in)) {
                throw new IllegalArgumentException(
                    "channel must be "
                        + LAST
                        + String.join("", known.stream().map("|"::concat).toList()));
              }
              return way(ways, sessionKey);
            });
  }

  private Future<Optional<DeliveryContext>> way(Hooks.Ways ways, String sessionKey) {
    return ways.way(channel, to, sessionKey).map(Optional::of);
  }
}
