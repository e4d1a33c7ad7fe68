package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One schema: a cheap verdict for valid input, texts only for the rest. Compiled when it is first
 * needed, since a start should not wait for the methods nobody calls. Safe from any thread.
 */
final class Contract {
  private final SchemaRegistry registry;
  private final JsonNode document;
  private volatile @Nullable Schema schema;

  Contract(SchemaRegistry registry, JsonNode document) {
    this.registry = registry;
    this.document = document;
  }

  JsonNode document() {
    return document;
  }

  /** Compiles the schema unless that is done; throws when it is none. */
  Schema compiled() {
    Schema known = schema;
    return known == null ? compile() : known;
  }

  boolean valid(JsonNode value) {
    try {
      return compiled().validate(value, OutputFormat.BOOLEAN);
    } catch (NumberFormatException beyondDouble) {
      // The validator compares constants as decimals, and 1e400 has been read as infinity.
      return false;
    }
  }

  Optional<String> problems(JsonNode value) {
    if (valid(value)) {
      return Optional.empty();
    }
    var texts = ProblemTexts.of(document, value);
    // The verdict stands even if the formatter cannot put a name to the cause.
    return Optional.of(texts.isEmpty() ? "must match the schema" : texts);
  }

  private synchronized Schema compile() {
    Schema known = schema;
    if (known == null) {
      known = registry.getSchema(document);
      known.initializeValidators();
      schema = known;
    }
    return known;
  }
}
