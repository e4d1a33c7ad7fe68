package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets one browser in that whoever started an instance opens. */
final class ConsoleLink {
  private static final List<String> SCOPES =
      List.of("operator.read", "operator.approvals", "operator.pairing");

  private final Vertx vertx;
  private final Platform platform;

  ConsoleLink(Vertx vertx, Platform platform) {
    this.vertx = vertx;
    this.platform = platform;
  }

  /**
   * The console's path with a token behind it. Null with other instances beside this one, whose
   * people may read what is printed here, and where there is no console.
   */
  Future<@Nullable String> make() {
    if (platform.membership().live().size() > 1) {
      return Future.succeededFuture(null);
    }
    ObjectNode params = Json.object().put("role", "operator");
    params.set("scopes", Json.texts(SCOPES));
    Caller self =
        Caller.inside("console", "gateway", Set.copyOf(SCOPES), platform.clock().millis());
    return Future.<JsonNode>future(
            made ->
                vertx.runOnContext(
                    here ->
                        platform
                            .calls()
                            .call("device.bootstrap.create", self, params, () -> true)
                            .onComplete(made)))
        .map(made -> link(made));
  }

  private static @Nullable String link(JsonNode made) {
    return made.has("consolePath")
        ? made.path("consolePath").asText() + "#b=" + made.path("token").asText()
        : null;
  }
}
