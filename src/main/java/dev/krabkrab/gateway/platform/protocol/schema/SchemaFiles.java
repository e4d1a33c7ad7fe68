package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The schema resources, compiled: {@code closed} as protocol 3 applies them, {@code open} as
 * protocol 4 does.
 */
record SchemaFiles(Map<String, Contract> closed, Map<String, Contract> open) {
  private static final String ROOT = "/schema/";
  private static final String INDEX = "index.txt";

  /** Reads the files that the index names, since a jar does not list its folders cheaply. */
  static SchemaFiles read() {
    var registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(config()).schemaCacheEnabled(false));
    var mapper = new ObjectMapper();
    var closed = new HashMap<String, Contract>();
    var open = new HashMap<String, Contract>();
    for (var entry : index()) {
      var document = parse(mapper, entry + ".json");
      var key = key(entry);
      var name = key.substring(key.indexOf('/') + 1);
      if (key.startsWith("v3/")) {
        closed.put(name, new Contract(registry, document));
        open.putIfAbsent(name, new Contract(registry, opened(document)));
      } else {
        open.put(name, new Contract(registry, opened(document)));
      }
    }
    return new SchemaFiles(Map.copyOf(closed), Map.copyOf(open));
  }

  /** The entries of the index, such as {@code channel/v3/send}. */
  static List<String> index() {
    return lines(INDEX).toList();
  }

  /** The lines of an index. */
  static Stream<String> lines(String index) {
    return text(index).lines().filter(line -> !line.isBlank());
  }

  /** One file, as it is. */
  static JsonNode document(String file) {
    return parse(new ObjectMapper(), file);
  }

  /** The protocol and name of an entry, without the folder of its feature: {@code v3/send}. */
  static String key(String entry) {
    return entry.substring(entry.lastIndexOf('/', entry.lastIndexOf('/') - 1) + 1);
  }

  /** The files as they are, by protocol and name, in the order of the index. */
  static Map<String, JsonNode> documents() {
    var mapper = new ObjectMapper();
    var documents = new LinkedHashMap<String, JsonNode>();
    index().forEach(entry -> documents.put(key(entry), parse(mapper, entry + ".json")));
    return documents;
  }

  private static SchemaRegistryConfig config() {
    return SchemaRegistryConfig.builder()
        .formatAssertionsEnabled(false)
        .losslessNarrowing(true)
        .preloadSchema(true)
        .build();
  }

  private static JsonNode parse(ObjectMapper mapper, String file) {
    try {
      return mapper.readTree(text(file));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Schema file " + file + " is not JSON", e);
    }
  }

  private static String text(String file) {
    try (var in = SchemaFiles.class.getResourceAsStream(ROOT + file)) {
      if (in == null) {
        throw new IllegalStateException("Schema file " + file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Schema file " + file + " cannot be read", e);
    }
  }

  /** A copy in which every closed object takes unknown properties. */
  private static JsonNode opened(JsonNode document) {
    var copy = document.deepCopy();
    open(copy);
    return copy;
  }

  private static void open(JsonNode node) {
    if (node instanceof ObjectNode object && object.path("additionalProperties").isBoolean()) {
      object.remove("additionalProperties");
    }
    node.forEach(SchemaFiles::open);
  }
}
