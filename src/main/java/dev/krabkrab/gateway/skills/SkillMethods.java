package dev.krabkrab.gateway.skills;

import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/** {@code skills.bins}: the programs that skills need on a node. Protocol 02 §12. */
public final class SkillMethods {
  private final Supplier<List<String>> bins;

  /**
   * @param bins what the gateway document names, in any order
   */
  public SkillMethods(Supplier<List<String>> bins) {
    this.bins = bins;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of("skills.bins", call -> Future.succeededFuture(bins()));
  }

  JsonText bins() {
    return JsonText.of(Json.object().set("bins", Json.texts(new TreeSet<>(bins.get()))));
  }
}
