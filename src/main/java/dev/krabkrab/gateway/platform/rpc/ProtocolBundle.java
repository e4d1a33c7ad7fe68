package dev.krabkrab.gateway.platform.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.schema.ResultDocuments;
import dev.krabkrab.gateway.platform.protocol.schema.SchemaDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All frames, methods and events as one JSON Schema, for authors of clients. Frames, parameters,
 * results and payloads are definitions; what else is known of a method or an event stands in {@code
 * x-methods} and {@code x-events}.
 */
public final class ProtocolBundle {
  private static final String FRAMES =
      """
      {"ResponseFrame":{"type":"object","required":["type","id","ok"],"properties":{
         "type":{"const":"res"},"id":{"type":"string"},"ok":{"type":"boolean"},"payload":{},
         "error":{"$ref":"#/$defs/Error"}}},
       "EventFrame":{"type":"object","required":["type","event"],"properties":{
         "type":{"const":"event"},"event":{"type":"string"},"payload":{},
         "seq":{"type":"integer","minimum":1},
         "stateVersion":{"type":"object","properties":{
           "presence":{"type":"integer"},"health":{"type":"integer"}}}}},
       "Error":{"type":"object","required":["code","message"],"properties":{
         "code":{"type":"string"},"message":{"type":"string"},"details":{},
         "retryable":{"type":"boolean"},"retryAfterMs":{"type":"integer","minimum":0}}}}\
      """;

  private static final String ROOT = "#/$defs/";

  private ProtocolBundle() {}

  /** Makes it of the schema files, the catalogue of methods and the events. */
  public static ObjectNode make() {
    ObjectNode bundle =
        Json.object()
            .put("$schema", "https://json-schema.org/draft/2020-12/schema")
            .put("title", "Gateway protocol, versions 3 and 4");
    ArrayNode any = bundle.putArray("oneOf");
    for (String frame : List.of("RequestFrame", "ResponseFrame", "EventFrame")) {
      any.addObject().put("$ref", ROOT + frame);
    }
    ObjectNode defs = bundle.putObject("$defs");
    defs.setAll(Json.parseObject(FRAMES));
    Map<String, JsonNode> files = new TreeMap<>(SchemaDocuments.read());
    files.forEach((entry, schema) -> defs.set(name(entry), plain(name(entry), schema)));
    ObjectNode methods = methods(files);
    ObjectNode events = events();
    describe(methods, "result", ResultDocuments.results(), defs);
    describe(events, "payload", ResultDocuments.events(), defs);
    bundle.set("x-methods", methods);
    bundle.set("x-events", events);
    return bundle;
  }

  /** Says of each what it is, and where the schema of what it tells is. */
  private static void describe(
      ObjectNode all, String part, Map<String, JsonNode> documents, ObjectNode defs) {
    documents.forEach(
        (name, document) -> {
          ObjectNode row = all.withObjectProperty(name);
          row.set("description", document.path("description"));
          row.put(part, ROOT + name + "." + part);
          defs.set(name + "." + part, document.path("schema"));
        });
  }

  /** As it is written to a file. */
  public static String text() {
    try {
      return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(make()) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where files and catalogue do not agree; empty when they do. */
  public static List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (String entry : SchemaDocuments.read().keySet()) {
      String method = entry.substring(entry.indexOf('/') + 1);
      if (!method.startsWith("_") && MethodCatalog.find(method) == null) {
        problems.add("schema " + entry + " belongs to no method");
      }
    }
    Set<String> methods = new TreeSet<>();
    MethodCatalog.all().forEach(spec -> methods.add(spec.name()));
    compare(problems, "method", methods, ResultDocuments.results().keySet());
    Set<String> events = new TreeSet<>();
    Stream.of(EventType.values()).forEach(type -> events.add(type.wire()));
    compare(problems, "event", events, ResultDocuments.events().keySet());
    return problems;
  }

  private static void compare(
      List<String> problems, String what, Set<String> wanted, Set<String> described) {
    for (String name : wanted) {
      if (!described.contains(name)) {
        problems.add("nothing describes the " + what + " " + name);
      }
    }
    for (String name : described) {
      if (!wanted.contains(name)) {
        problems.add(what + " " + name + " is described and not there");
      }
    }
  }

  private static String name(String entry) {
    String version = entry.substring(0, entry.indexOf('/'));
    String name = entry.substring(entry.indexOf('/') + 1);
    return switch (name) {
      case "_request-frame" -> version.equals("v3") ? "RequestFrame" : "RequestFrame.v4";
      case "_connect" -> "connect." + version;
      default -> name + "." + version;
    };
  }

  /** As a part of the whole: what it refers to is a level deeper. */
  private static JsonNode plain(String name, JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    if (copy instanceof ObjectNode object) {
      object.remove("$schema");
    }
    deepen(copy, ROOT + name + "/$defs/");
    return copy;
  }

  private static void deepen(JsonNode node, String to) {
    String reference = node.path("$ref").asText("");
    if (node instanceof ObjectNode object && reference.startsWith(ROOT)) {
      object.put("$ref", to + reference.substring(ROOT.length()));
    }
    node.forEach(inner -> deepen(inner, to));
  }

  private static ObjectNode methods(Map<String, JsonNode> files) {
    ObjectNode methods = Json.object();
    MethodCatalog.all()
        .forEach(
            spec -> {
              ObjectNode row =
                  methods
                      .putObject(spec.name())
                      .put("access", spec.access().name().toLowerCase(Locale.ROOT))
                      .put("listed", spec.listed())
                      .put("idempotent", spec.idempotent());
              for (String version : List.of("v3", "v4")) {
                if (files.containsKey(version + "/" + spec.name())) {
                  row.put("params." + version, ROOT + name(version + "/" + spec.name()));
                }
              }
            });
    return methods;
  }

  private static ObjectNode events() {
    ObjectNode events = Json.object();
    for (EventType type : EventType.values()) {
      events
          .putObject(type.wire())
          .put("delivery", type.delivery().name().toLowerCase(Locale.ROOT))
          .put("mayBeDropped", type.mayBeDropped());
    }
    return events;
  }
}
