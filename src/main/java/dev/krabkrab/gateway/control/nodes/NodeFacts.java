package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a node said about itself when it connected; all of it is claimed, none of it proven.
 * Protocol 02 §6.3, §8.
 *
 * @param caps sorted, each once
 * @param commands sorted, each once, already cut down by {@link CommandPolicy}
 * @param permissions map of name to boolean, shown to people only, or null
 * @param connectedAtMs epoch milliseconds
 */
record NodeFacts(
    @Nullable String displayName,
    @Nullable String platform,
    @Nullable String version,
    @Nullable String deviceFamily,
    @Nullable String modelIdentifier,
    @Nullable String remoteIp,
    @Nullable String pathEnv,
    List<String> caps,
    List<String> commands,
    @Nullable JsonNode permissions,
    long connectedAtMs) {

  static NodeFacts of(Caller caller, JsonNode connect, CommandPolicy policy) {
    List<String> declared =
        policy.declared(caller.platform(), caller.deviceFamily(), texts(connect.path("commands")));
    JsonNode permissions = connect.get("permissions");
    return new NodeFacts(
        caller.displayName(),
        caller.platform(),
        caller.clientVersion(),
        caller.deviceFamily(),
        caller.modelIdentifier(),
        caller.remoteIp(),
        Json.textOrNull(connect, "pathEnv"),
        sorted(caller.caps()),
        sorted(declared),
        permissions != null && permissions.isObject() ? permissions : null,
        caller.connectedAtMs());
  }

  /** Puts everything known under its wire name; what is unknown stays absent. */
  void putInto(ObjectNode json) {
    Json.putIfPresent(json, "displayName", displayName);
    Json.putIfPresent(json, "platform", platform);
    Json.putIfPresent(json, "version", version);
    Json.putIfPresent(json, "deviceFamily", deviceFamily);
    Json.putIfPresent(json, "modelIdentifier", modelIdentifier);
    Json.putIfPresent(json, "remoteIp", remoteIp);
    json.set("caps", Json.texts(caps));
    json.set("commands", Json.texts(commands));
    Json.putIfPresent(json, "pathEnv", pathEnv);
    if (permissions != null) {
      json.set("permissions", permissions);
    }
    json.put("connectedAtMs", connectedAtMs);
  }

  String encode() {
    ObjectNode json = Json.object();
    putInto(json);
    return Json.text(json);
  }

  static NodeFacts decode(String text) {
    ObjectNode json = Json.parseObject(text);
    return new NodeFacts(
        Json.textOrNull(json, "displayName"),
        Json.textOrNull(json, "platform"),
        Json.textOrNull(json, "version"),
        Json.textOrNull(json, "deviceFamily"),
        Json.textOrNull(json, "modelIdentifier"),
        Json.textOrNull(json, "remoteIp"),
        Json.textOrNull(json, "pathEnv"),
        texts(json.path("caps")),
        texts(json.path("commands")),
        json.get("permissions"),
        json.path("connectedAtMs").asLong());
  }

  private static List<String> sorted(Collection<String> values) {
    TreeSet<String> set = new TreeSet<>();
    values.stream().map(String::strip).filter(value -> !value.isEmpty()).forEach(set::add);
    return List.copyOf(set);
  }

  private static List<String> texts(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asText()));
    return List.copyOf(values);
  }
}
