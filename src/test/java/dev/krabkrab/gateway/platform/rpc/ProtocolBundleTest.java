package dev.krabkrab.gateway.platform.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtocolBundleTest {
  private static final Path WRITTEN = Path.of("docs", "protocol", "protocol.schema.json");

  private final ObjectNode bundle = ProtocolBundle.make();

  @Test
  void schemasAndMethodsAgree() {
    assertThat(ProtocolBundle.problems()).isEmpty();
  }

  /** {@code krabkrab protocol gen docs/protocol/protocol.schema.json} writes it anew. */
  @Test
  void theWrittenSchemaIsTheCurrentOne() throws IOException {
    assertThat(Files.readString(WRITTEN)).isEqualTo(ProtocolBundle.text());
  }

  @Test
  void everyMethodAndEventIsInIt() {
    MethodCatalog.all()
        .forEach(spec -> assertThat(bundle.path("x-methods").has(spec.name())).isTrue());
    EventType.names().forEach(name -> assertThat(bundle.path("x-events").has(name)).isTrue());
    assertThat(bundle.at("/$defs/chat.send.v3/required")).hasSize(3);
    assertThat(bundle.at("/x-methods/chat.send/access").asText()).isEqualTo("write");
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = new ArrayList<>();
    collect(bundle, references);
    assertThat(references).isNotEmpty();
    for (String reference : references) {
      assertThat(reference).startsWith("#/$defs/");
      assertThat(bundle.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  private static void collect(JsonNode node, List<String> into) {
    for (var field : node.properties()) {
      boolean reference = field.getKey().equals("$ref") || field.getKey().startsWith("params.v");
      if (reference && field.getValue().isTextual()) {
        into.add(field.getValue().asText());
      }
      collect(field.getValue(), into);
    }
    if (node.isArray()) {
      node.forEach(item -> collect(item, into));
    }
  }
}
