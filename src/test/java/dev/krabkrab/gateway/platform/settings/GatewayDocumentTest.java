package dev.krabkrab.gateway.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json5;
import org.junit.jupiter.api.Test;

class GatewayDocumentTest {
  @Test
  void aDocumentIsTwoSpaceJsonWithItsHash() {
    GatewayDocument document =
        GatewayDocument.of((ObjectNode) Json5.parse("{a: {b: [1, {}], c: []}, d: {}}"));

    assertThat(document.raw())
        .isEqualTo(
            """
            {
              "a": {
                "b": [
                  1,
                  {}
                ],
                "c": []
              },
              "d": {}
            }
            """);
    assertThat(document.hash()).matches("[0-9a-f]{64}");
  }
}
