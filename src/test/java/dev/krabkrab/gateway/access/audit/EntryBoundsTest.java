package dev.krabkrab.gateway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class EntryBoundsTest {
  @Test
  void whatIsLongIsCut() {
    ObjectNode details = Json.object().put("approval", "a".repeat(1_000_000)).put("n", 7);
    details.set("scopes", Json.texts(Collections.nCopies(5_000, "s".repeat(5_000))));

    ObjectNode kept = EntryBounds.within(details);

    assertThat(kept.path("approval").asText()).hasSize(EntryBounds.MOST_TEXT + 1);
    assertThat(kept.path("scopes")).hasSize(EntryBounds.MOST_ITEMS + 1);
    assertThat(kept.at("/scopes/0").asText()).hasSize(EntryBounds.MOST_TEXT + 1);
    assertThat(kept.path("n").asInt()).isEqualTo(7);
  }
}
