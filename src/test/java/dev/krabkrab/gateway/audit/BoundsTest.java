package dev.krabkrab.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class BoundsTest {
  @Test
  void whatIsLongIsCut() {
    ObjectNode details = Json.object().put("approval", "a".repeat(1_000_000)).put("n", 7);
    details.set("scopes", Json.texts(Collections.nCopies(5_000, "s".repeat(5_000))));

    ObjectNode kept = Bounds.within(details);

    assertThat(kept.path("approval").asText()).hasSize(Bounds.MOST_TEXT + 1);
    assertThat(kept.path("scopes")).hasSize(Bounds.MOST_ITEMS + 1);
    assertThat(kept.at("/scopes/0").asText()).hasSize(Bounds.MOST_TEXT + 1);
    assertThat(kept.path("n").asInt()).isEqualTo(7);
  }
}
