package dev.krabkrab.gateway.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import java.util.List;

/**
 * What health and status tell of other rooms. Protocol 03 §1, §2.
 *
 * @param channels the payload of {@code channels.status}
 * @param sessions how many there are
 * @param recent rows of {@code sessions.list}, the latest first, at most 10
 * @param model that sessions run on which name none
 * @param contextTokens of it
 */
public record HealthFacts(
    ObjectNode channels, long sessions, List<JsonNode> recent, String model, int contextTokens) {
  /** Before anything is known. */
  static final HealthFacts NONE = new HealthFacts(Json.object(), 0, List.of(), "", 0);

  public HealthFacts {
    recent = List.copyOf(recent);
  }

  /** Looks them up. */
  @FunctionalInterface
  public interface Source {
    /** Answered on the caller's context. */
    Future<HealthFacts> find();
  }
}
