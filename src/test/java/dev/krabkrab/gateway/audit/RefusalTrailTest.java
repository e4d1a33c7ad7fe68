package dev.krabkrab.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalTrailTest {
  private final List<AuditEvent> noted = new ArrayList<>();
  private final RefusalTrail refusals =
      new RefusalTrail(
          new AuditTrail() {
            @Override
            public Future<Void> enter(AuditEvent event) {
              throw new AssertionError("nobody waits for a refusal");
            }

            @Override
            public void note(AuditEvent event) {
              noted.add(event);
            }
          });

  private ObjectNode details(int index) {
    ObjectNode json = Json.object();
    noted.get(index).details().accept(json);
    return json;
  }

  @Test
  void repeatsAreOneMoreEntryWithTheirNumber() {
    for (int i = 0; i < 500; i++) {
      refusals.connect("203.0.113.7", null, "unauthorized");
    }
    refusals.connect("203.0.113.8", null, "unauthorized");
    refusals.connect("203.0.113.7", null, "device_refused");
    assertThat(noted).hasSize(3);
    assertThat(details(0).has("repeats")).isFalse();

    refusals.closeWindow();

    assertThat(noted).hasSize(4);
    assertThat(noted.get(3).actor().address()).isEqualTo("203.0.113.7");
    assertThat(details(3).path("repeats").asInt()).isEqualTo(499);
    assertThat(details(3).path("reason").asText()).isEqualTo("unauthorized");
  }

  @Test
  void anotherWindowBeginsAnew() {
    refusals.connect("203.0.113.7", null, "unauthorized");
    refusals.closeWindow();
    refusals.connect("203.0.113.7", null, "unauthorized");
    refusals.closeWindow();
    assertThat(noted).hasSize(2);
  }

  @Test
  void manyAddressesDoNotFillTheTrail() {
    for (int i = 0; i < 20_000; i++) {
      refusals.connect("198.51." + i / 250 + "." + i % 250, null, "unauthorized");
    }
    refusals.closeWindow();
    assertThat(noted.size()).isLessThanOrEqualTo(RefusalTrail.MOST_WITH_ADDRESS + 2);
    assertThat(noted.getLast().actor().address()).isEqualTo("various");
    assertThat(details(noted.size() - 1).path("repeats").asInt()).isGreaterThan(18_000);
  }
}
