package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.random.RandomGenerator;

/** Parameters that a method takes, made from its schema. */
public final class SampleParams {
  private final SchemaFiles files = SchemaFiles.read();

  /** Valid for that protocol version; an empty object for a method without a schema. */
  public JsonNode of(String method, int version, RandomGenerator random) {
    Contract contract = (version == 3 ? files.closed() : files.open()).get(method);
    return contract == null
        ? JsonNodeFactory.instance.objectNode()
        : new Samples(contract.document(), random).sample(contract.document());
  }
}
