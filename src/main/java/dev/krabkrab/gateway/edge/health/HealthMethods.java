package dev.krabkrab.gateway.edge.health;

import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import java.util.Map;

/** The methods {@code health} and {@code status}. Protocol 03 §1, §2. */
public final class HealthMethods {
  private final HealthService service;

  public HealthMethods(HealthService service) {
    this.service = service;
  }

  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "health",
        call -> service.health(BooleanNode.TRUE.equals(call.params().get("probe"))),
        "status",
        call -> service.status());
  }
}
