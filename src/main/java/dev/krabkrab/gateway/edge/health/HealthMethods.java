package dev.krabkrab.gateway.edge.health;

import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import java.util.Map;

/** Methods that tell how the gateway is. Protocol 03 §1, §2. */
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
