package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Supplier;

/** {@code agents.list} and {@code agent.identity.get}. Protocol 04 §14. */
public final class AgentMethods {
  private final Supplier<AgentCatalog> catalog;
  private final Supplier<SessionRules> rules;

  /** Answers from what the gateway document says now. */
  public AgentMethods(Supplier<AgentCatalog> catalog, Supplier<SessionRules> rules) {
    this.catalog = catalog;
    this.rules = rules;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "agents.list",
        call -> Future.succeededFuture(JsonText.of(list(call.caller().isV4()))),
        "agent.identity.get",
        call -> Future.succeededFuture(JsonText.of(catalog.get().identity(agent(call.params())))));
  }

  private ObjectNode list(boolean withModels) {
    return catalog.get().toJson(rules.get(), withModels);
  }

  private String agent(JsonNode params) {
    String named = Json.nonBlank(params, "agentId");
    String key = Json.nonBlank(params, "sessionKey");
    String ofKey = key == null ? null : rules.get().agentOfKey(key);
    String given = named == null ? null : SessionRules.agentId(named);
    if (given != null && ofKey != null && !given.equals(ofKey)) {
      throw GatewayError.invalid(
          "invalid agent.identity.get params: agent \"%s\" does not match session key agent \"%s\""
              .formatted(given, ofKey));
    }
    if (given != null) {
      return given;
    }
    return ofKey == null ? rules.get().defaultAgent() : ofKey;
  }
}
