package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code commands.list}, and {@code chat.metadata}: what may be said and which models answer, for
 * whoever helps people write. Protocol 05 §18.
 */
public final class CommandMethods {
  private final Supplier<ObjectNode> models;

  /**
   * @param models the payload of {@code models.list}
   */
  public CommandMethods(Supplier<ObjectNode> models) {
    this.models = models;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "commands.list",
        call -> Future.succeededFuture(JsonText.of(commands(Json.object()))),
        "chat.metadata",
        call -> Future.succeededFuture(JsonText.of(commands(models.get()))));
  }

  private static ObjectNode commands(ObjectNode into) {
    ArrayNode rows = into.putArray("commands");
    for (Commands.Command command : Commands.all()) {
      ObjectNode row = rows.addObject().put("name", command.names().getFirst().substring(1));
      row.set("textAliases", Json.texts(command.names()));
      row.put("description", command.description()).put("source", "native").put("scope", "text");
      ArrayNode arguments = row.put("acceptsArgs", command.argument() != null).putArray("args");
      if (command.argument() != null) {
        arguments.addObject().put("name", command.argument()).put("required", false);
      }
    }
    return into;
  }
}
