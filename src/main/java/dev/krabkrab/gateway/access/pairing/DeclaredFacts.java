package dev.krabkrab.gateway.access.pairing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The facts that a client declares of itself; claims, all of them. Protocol 01b §2.2.
 *
 * @param version of the client, or null
 * @param modelIdentifier or null
 * @param caps what a node can do, in categories
 * @param commands the commands of a node
 * @param permissions what its host lets it do, by name
 */
public record DeclaredFacts(
    @Nullable String version,
    @Nullable String modelIdentifier,
    List<String> caps,
    List<String> commands,
    SortedMap<String, Boolean> permissions) {
  /** Nothing. */
  public static final DeclaredFacts NONE =
      new DeclaredFacts(null, null, List.of(), List.of(), new TreeMap<>());

  public DeclaredFacts {
    caps = List.copyOf(caps);
    commands = List.copyOf(commands);
  }

  /** Reads the parameters of a connect. */
  public static DeclaredFacts of(JsonNode connect) {
    JsonNode client = connect.path("client");
    var permissions = new TreeMap<String, Boolean>();
    connect
        .path("permissions")
        .properties()
        .forEach(one -> permissions.put(one.getKey(), one.getValue().asBoolean()));
    return new DeclaredFacts(
        Json.textOrNull(client, "version"),
        Json.textOrNull(client, "modelIdentifier"),
        texts(connect.path("caps")),
        texts(connect.path("commands")),
        permissions);
  }

  /** Reads them as they are stored. */
  static DeclaredFacts of(Map<String, String> fields) {
    ObjectNode stored = Json.object();
    for (String name : List.of("caps", "commands", "permissions")) {
      JsonNode value = Json.tryParse(fields.getOrDefault(name, ""));
      if (value != null) {
        stored.set(name, value);
      }
    }
    ObjectNode client = stored.putObject("client");
    Json.putIfPresent(client, "version", fields.get("version"));
    Json.putIfPresent(client, "modelIdentifier", fields.get("modelIdentifier"));
    return of(stored);
  }

  /** Adds name and value of each as they are stored. */
  void addTo(List<String> pairs) {
    DeviceFacts.add(pairs, "version", version);
    DeviceFacts.add(pairs, "modelIdentifier", modelIdentifier);
    DeviceFacts.add(pairs, "caps", caps.isEmpty() ? null : Json.text(Json.texts(caps)));
    DeviceFacts.add(pairs, "commands", commands.isEmpty() ? null : Json.text(Json.texts(commands)));
    DeviceFacts.add(pairs, "permissions", permissions.isEmpty() ? null : Json.text(json()));
  }

  /** The permissions as clients see them. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    permissions.forEach(json::put);
    return json;
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }
}
