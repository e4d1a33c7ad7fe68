package dev.krabkrab.gateway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalAuditTest {
  private static final int GRANTED_AT_ONCE = 50;

  private final List<AuditEvent> noted = new ArrayList<>();
  private int stock = 100_000;
  private final RefusalAudit refusals =
      new RefusalAudit(
          new AuditTrail() {
            @Override
            public Future<Void> enter(AuditEvent event) {
              throw new AssertionError("nobody waits for a refusal");
            }

            @Override
            public void note(AuditEvent event) {
              noted.add(event);
            }
          },
          () -> {
            int granted = Math.min(GRANTED_AT_ONCE, stock);
            stock -= granted;
            return Future.succeededFuture(granted);
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
  void whoFindsNoPlaceIsCountedUntilThereIsOne() {
    stock = 0;
    for (int i = 0; i < 400; i++) {
      refusals.connect("198.51." + i / 250 + "." + i % 250, null, "unauthorized");
    }
    assertThat(noted).hasSize(GRANTED_AT_ONCE);
    refusals.closeWindow();
    refusals.connect("203.0.113.7", null, "unauthorized");
    assertThat(noted).hasSize(GRANTED_AT_ONCE);

    stock = 3;
    refusals.closeWindow();
    refusals.closeWindow();

    assertThat(noted).hasSize(GRANTED_AT_ONCE + 1);
    assertThat(noted.getLast().actor().address()).isEqualTo("various");
    assertThat(details(GRANTED_AT_ONCE).path("repeats").asInt())
        .isEqualTo(400 - GRANTED_AT_ONCE + 1);
    refusals.connect("203.0.113.7", null, "unauthorized");
    assertThat(noted.getLast().actor().address()).isEqualTo("203.0.113.7");
  }

  @Test
  void manyAddressesDoNotFillTheTrail() {
    for (int i = 0; i < 20_000; i++) {
      refusals.connect("198.51." + i / 250 + "." + i % 250, null, "unauthorized");
    }
    refusals.closeWindow();
    assertThat(noted.size()).isLessThanOrEqualTo(RefusalAudit.MOST_WITH_ADDRESS + 2);
    assertThat(noted.getLast().actor().address()).isEqualTo("various");
    assertThat(details(noted.size() - 1).path("repeats").asInt()).isGreaterThan(18_000);
  }
}
