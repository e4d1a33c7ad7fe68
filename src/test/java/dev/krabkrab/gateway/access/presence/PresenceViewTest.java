package dev.krabkrab.gateway.access.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.presence.PresenceLine.Kind;
import org.junit.jupiter.api.Test;

class PresenceViewTest {
  private static final long NOW = 1_800_000_000_000L;

  private final PresenceView view = new PresenceView();

  @Test
  void fieldsNameTheirKey() {
    assertThat(PresenceLine.keyOf(PresenceLine.connection("gw-1", "c1", "a/b"))).isEqualTo("a/b");
    assertThat(PresenceLine.keyOf(PresenceLine.row("a:b"))).isEqualTo("a:b");
    PresenceLine line = live("gw-1", "k", NOW, 3);
    assertThat(PresenceLine.decode(line.field(), line.encode(), 3)).isEqualTo(line);
    assertThat(PresenceLine.decode("row:k", "12 X {}", 1)).isNull();
    assertThat(PresenceLine.decode("row:k", "x C {}", 1)).isNull();
  }

  @Test
  void liveConnectionsStayFreshAndRowsExpire() {
    view.put(live("gw-1", "old", NOW - 3_600_000, 1));
    view.put(row(Kind.GONE, "left", NOW - 10_000, 2));
    view.put(row(Kind.GONE, "stale", NOW - PresenceView.ROW_TTL_MS - 1, 3));
    view.expire(NOW);

    JsonNode list = list();

    assertThat(list).hasSize(2);
    assertThat(NOW - list.get(0).path("ts").asLong()).isLessThanOrEqualTo(60_000);
    assertThat(list.findValuesAsText("host")).containsExactlyInAnyOrder("old", "left");
  }

  @Test
  void theListHasTwoHundredEntriesNewestFirst() {
    for (int i = 0; i < 300; i++) {
      view.put(live("gw-1", "k" + i, NOW + i, i + 1));
    }

    JsonNode list = TestInstance.tree(PresenceList.of(view, "gw-1", NOW + 300, 0, false).utf8());

    assertThat(list).hasSize(200);
    assertThat(list.get(0).path("host").asText()).isEqualTo("k299");
    assertThat(list.get(199).path("host").asText()).isEqualTo("k100");
  }

  @Test
  void anOlderChangeDoesNotUndoANewerOne() {
    view.put(row(Kind.BEACON, "k", NOW, 9));
    view.put(row(Kind.GONE, "k", NOW - 1, 8));

    assertThat(list().get(0).has("reason")).isFalse();
  }

  @Test
  void aBeaconAddsToALiveConnectionAndALeavingDoesNot() {
    view.put(live("gw-1", "k", NOW, 1));
    view.put(row(Kind.GONE, "k", NOW + 1, 2));
    assertThat(list().get(0).path("reason").asText()).isEqualTo("connect");

    String idle = "{\"lastInputSeconds\":4,\"roles\":[\"node\"]}";
    view.put(new PresenceLine("row:k", Kind.BEACON, "k", NOW + 2, idle, 3));

    JsonNode entry = list().get(0);
    assertThat(entry.path("lastInputSeconds").asInt()).isEqualTo(4);
    assertThat(entry.path("host").asText()).isEqualTo("k");
    assertThat(entry.path("roles").toString()).isEqualTo("[\"operator\",\"node\"]");
    assertThat(entry.path("ts").asLong()).isEqualTo(NOW + 2);
  }

  private JsonNode list() {
    return TestInstance.tree(PresenceList.of(view, "gw-1", NOW, 0, false).utf8());
  }

  private static PresenceLine live(String instance, String key, long ts, long version) {
    String entry = "{\"host\":\"" + key + "\",\"reason\":\"connect\",\"roles\":[\"operator\"]}";
    String field = PresenceLine.connection(instance, "c-" + key, key);
    return new PresenceLine(field, Kind.LIVE, key, ts, entry, version);
  }

  private static PresenceLine row(Kind kind, String key, long ts, long version) {
    String entry = "{\"host\":\"" + key + "\"}";
    return new PresenceLine(PresenceLine.row(key), kind, key, ts, entry, version);
  }
}
