package dev.krabkrab.gateway.access.presence;

import static dev.krabkrab.gateway.access.presence.TestInstance.DEVICE;
import static dev.krabkrab.gateway.access.presence.TestInstance.tree;
import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.PresenceChanged;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PresenceIT {
  private static final int BEACONS = 60;
  private final RedisSettings settings = TestRedis.settings();
  private final List<TestInstance> instances = new ArrayList<>();

  @AfterEach
  void stop() {
    instances.forEach(TestInstance::close);
  }

  @Test
  void helloShowsTheConnectingClient() {
    TestInstance a = start("a");
    a.connect(DEVICE, "operator", "Desk", "operator.read");

    JsonNode list = tree(a.presence().snapshot().utf8());

    assertThat(list).hasSize(2);
    assertThat(list.get(0).path("mode").asText()).isEqualTo("gateway");
    JsonNode entry = list.get(1);
    assertThat(entry.path("host").asText()).isEqualTo("Desk");
    assertThat(entry.path("reason").asText()).isEqualTo("connect");
    assertThat(entry.path("text").asText()).isEqualTo("Node: Desk · mode test");
    assertThat(entry.path("instanceId").asText()).isEqualTo(DEVICE);
    assertThat(entry.path("roles").toString()).isEqualTo("[\"operator\"]");
    assertThat(entry.path("scopes").toString()).isEqualTo("[\"operator.read\"]");
    assertThat(entry.has("ip")).isFalse();
    assertThat(Instant.ofEpochMilli(entry.path("ts").asLong()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
  }

  @Test
  void commandLinesAreNotShown() {
    TestInstance a = start("a");
    a.connect(TestInstance.caller(DEVICE, "operator", "Shell", "cli"));

    assertThat(a.rows(DEVICE)).isEmpty();
  }

  @Test
  void connectionsOfADeviceMergeAcrossInstances() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    TestInstance c = start("c");
    a.connect(DEVICE, "operator", "Desk", "operator.read");
    b.connect(DEVICE, "node", "Camera");

    List<JsonNode> rows = c.rows(DEVICE);

    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst().path("roles").toString()).isEqualTo("[\"operator\",\"node\"]");
    assertThat(rows.getFirst().path("scopes").toString()).isEqualTo("[\"operator.read\"]");
    assertThat(rows.getFirst().path("host").asText()).isEqualTo("Camera");
    assertThat(TestInstance.stream(c.list()).filter(e -> e.path("mode").asText().equals("gateway")))
        .hasSize(3)
        .first()
        .extracting(e -> e.path("host").asText())
        .isEqualTo("host-c");
  }

  @Test
  void aChangeThatNeverArrivesIsShownAllTheSame() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    PresenceStore store =
        a.on(
            () ->
                RedisLink.create(a.vertx(), settings)
                    .ready()
                    .map(link -> new PresenceStore(link, new StateVersions())));
    String entry = "{\"host\":\"%s\",\"text\":\"here\",\"deviceId\":\"%s\"}";
    String lost = entry.formatted("Lost", "lost");
    String told = entry.formatted("Told", "told");
    get(store.beacon("lost", lost));
    PresenceStore.Change second = get(store.beacon("told", told));
    String row = second.now() + " B " + told;
    a.platform().backplane().publish(new PresenceChanged("row:told", row, second.version()));
    await().until(() -> b.presence().stateVersion().presence() >= second.version());

    assertThat(b.rows("lost")).hasSize(1);
    assertThat(b.rows("told")).hasSize(1);
  }

  @Test
  void onlyTheLastConnectionOfADeviceLeavesARow() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    Caller first = a.connect(DEVICE, "operator", "Desk", "operator.read");
    Caller second = b.connect(DEVICE, "node", "Camera");

    a.presence().disconnected(first);
    await().until(() -> b.rows(DEVICE).getFirst().path("roles").size() == 1);
    assertThat(b.rows(DEVICE)).hasSize(1);
    assertThat(b.rows(DEVICE).getFirst().path("reason").asText()).isEqualTo("connect");
    assertThat(b.rows(DEVICE).getFirst().has("scopes")).isFalse();

    b.presence().disconnected(second);
    await().until(() -> reason(a).equals("disconnect"));
    await().until(() -> reason(b).equals("disconnect"));
    assertThat(a.rows(DEVICE)).hasSize(1);

    a.connect(DEVICE, "operator", "Desk", "operator.read");
    assertThat(reason(b)).isEqualTo("connect");
  }

  @Test
  void versionsRiseAcrossInstancesAndNeverRepeat() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    for (int i = 0; i < 30; i++) {
      TestInstance to = i % 2 == 0 ? a : b;
      TestInstance from = i % 2 == 0 ? b : a;
      long shown = from.presenceVersions().stream().mapToLong(v -> v).max().orElse(0);
      Caller caller = to.connect("dev" + i, "operator", "Desk", "operator.read");
      assertThat(to.presence().stateVersion().presence()).isGreaterThan(shown);
      if (i % 3 == 0) {
        to.presence().disconnected(caller);
      }
    }
    a.systemEvent("Done", Json.object());

    for (TestInstance instance : List.of(a, b)) {
      assertThat(instance.presenceVersions()).isNotEmpty().doesNotHaveDuplicates().isSorted();
    }
    long newest = a.presenceVersions().getLast();
    b.connect("later", "operator", "Desk");
    assertThat(b.presence().stateVersion().presence()).isGreaterThan(newest);
  }

  @Test
  void eventsAreCoalesced() {
    TestInstance a = start("a");
    await().until(() -> !a.events(EventType.PRESENCE).isEmpty());
    int before = a.events(EventType.PRESENCE).size();
    long startedAt = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      a.connect("dev" + i, "operator", "Desk");
    }
    await()
        .until(() -> a.events(EventType.PRESENCE).getLast().at("/payload/presence").size() == 101);

    long elapsedMs = Duration.ofNanos(System.nanoTime() - startedAt).toMillis();
    assertThat((long) a.events(EventType.PRESENCE).size() - before)
        .isLessThanOrEqualTo(elapsedMs / 250 + 2);
  }

  @Test
  void aBurstOfConnectsIsFewEventsForManyListenersAndMoreForFew() {
    TestInstance many = start("many");
    TestInstance few = start("few");
    TestInstance busy = start("busy");
    many.claimsConnections(2_000);
    long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    int sockets = 0;
    while (System.nanoTime() < until
        || sockets < 40
        || few.events(EventType.PRESENCE).size() < 10) {
      busy.connect("dev" + sockets++, "operator", "Desk", "operator.read");
    }

    int told = many.events(EventType.PRESENCE).size();
    assertThat(told).isPositive().isLessThan(few.events(EventType.PRESENCE).size() / 2 + 1);
    int rows = Math.min(sockets, 197) + 3;
    await()
        .atMost(Duration.ofMillis(PresencePace.MAX_REST_MS + 30_000))
        .until(() -> rowsOfLastEvent(many) == rows && rowsOfLastEvent(few) == rows);
  }

  @Test
  void aSmallCrowdHearsOfASingleChangeElsewhereAtOnce() {
    TestInstance here = start("here");
    TestInstance there = start("there");
    here.claimsConnections(20);
    await().until(() -> rowsOfLastEvent(here) == 2);
    List<Long> tookMs = new ArrayList<>();
    // Once is enough to show that nothing rests; a busy machine may need some tries for it.
    while (tookMs.size() < 20 && (tookMs.isEmpty() || Collections.min(tookMs) >= 300)) {
      await().pollDelay(Duration.ofMillis(2 * PresencePace.MIN_REST_MS)).until(() -> true);
      int before = rowsOfLastEvent(here);
      long began = System.nanoTime();
      there.connect("dev" + tookMs.size(), "operator", "Desk");
      await().pollInterval(Duration.ofMillis(5)).until(() -> rowsOfLastEvent(here) > before);
      tookMs.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
    }
    assertThat(Collections.min(tookMs)).isLessThan(300);
  }

  private static int rowsOfLastEvent(TestInstance instance) {
    List<JsonNode> events = instance.events(EventType.PRESENCE);
    return events.isEmpty() ? 0 : events.getLast().at("/payload/presence").size();
  }

  @Test
  void manyConnectionsMakeEventsRarer() {
    TestInstance a = start("a");
    await().until(() -> !a.events(EventType.PRESENCE).isEmpty());
    a.claimsConnections(1_000_000);
    a.connect("one", "operator", "Desk");
    await().until(() -> a.events(EventType.PRESENCE).getLast().toString().contains("\"one\""));
    int before = a.events(EventType.PRESENCE).size();
    a.connect("two", "operator", "Desk");
    long began = System.nanoTime();
    a.systemEvent("Something", Json.object());

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    assertThat(a.events(EventType.PRESENCE)).hasSize(before);
  }

  @Test
  void aSystemEventIsToldBeforeItsAnswerUnlessTheLastWasOnlyJustTold() {
    TestInstance a = start("a");
    // Longer than the rest after an event, which each try would begin anew.
    await()
        .pollInterval(Duration.ofMillis(2 * PresencePace.MIN_REST_MS))
        .until(
            () -> {
              int before = a.events(EventType.PRESENCE).size();
              a.systemEvent("Noise", Json.object());
              return a.events(EventType.PRESENCE).size() > before;
            });
    assertThat(a.events(EventType.PRESENCE).getLast().toString()).contains("Noise");
  }

  /** One after the other they do not wait for the rest between two events, which there is still. */
  @Test
  void systemEventsAreAnsweredAtOnceAndToldTogether() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    await().until(() -> !a.events(EventType.PRESENCE).isEmpty());
    int before = a.events(EventType.PRESENCE).size();
    long began = System.nanoTime();
    for (int i = 0; i < BEACONS; i++) {
      a.systemEvent("Noise " + i + ".", Json.object());
      assertThat(a.list().toString()).contains("Noise " + i + ".");
    }
    long elapsedMs = Duration.ofNanos(System.nanoTime() - began).toMillis();
    assertThat(elapsedMs).isLessThan(BEACONS * 250L / 2);

    String last = "Noise " + (BEACONS - 1) + ".";
    for (TestInstance instance : List.of(a, b)) {
      await().until(() -> instance.events(EventType.PRESENCE).getLast().toString().contains(last));
    }
    long allMs = Duration.ofNanos(System.nanoTime() - began).toMillis();
    assertThat((long) a.events(EventType.PRESENCE).size() - before)
        .isLessThanOrEqualTo(PresencePace.BEACONS_AT_ONCE + 2 * (allMs / 250) + 2);
  }

  /** A few system events in a small crowd are told each by itself, before they are answered. */
  @Test
  void aFewSystemEventsAreToldEachByItself() {
    TestInstance a = start("a");
    await().until(() -> !a.events(EventType.PRESENCE).isEmpty());
    for (int i = 0; i < PresencePace.BEACONS_AT_ONCE / 2; i++) {
      String text = "Beacon " + i + ".";
      a.systemEvent(text, Json.object());
      assertThat(a.events(EventType.PRESENCE).getLast().toString()).contains(text);
    }
  }

  @Test
  void deadInstancesAreCleanedOnce() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    TestInstance c = start("c");
    a.connect(DEVICE, "operator", "Desk", "operator.read");
    b.connect("both", "operator", "Two", "operator.read");
    a.connect("both", "node", "Two");
    a.close();
    instances.remove(a);

    Vertx vertx = Vertx.vertx();
    RedisLink link = get(RedisLink.create(vertx, settings).ready());
    PresenceStore store = new PresenceStore(link, new StateVersions());
    assertThat(get(store.gone("a")).extra()).isEqualTo(3);
    assertThat(get(store.gone("a")).extra()).isZero();
    get(vertx.close());

    b.systemEvent("Meanwhile", Json.object());
    // Nobody told them, and the versions went on: the next check finds out.
    await().atMost(Duration.ofSeconds(25)).until(() -> reason(b).equals("disconnect"));
    await().atMost(Duration.ofSeconds(25)).until(() -> reason(c).equals("disconnect"));
    assertThat(c.rows("both").getFirst().path("roles").toString()).isEqualTo("[\"operator\"]");
    assertThat(c.list().toString()).doesNotContain("host-a");
  }

  @Test
  void aReturningInstanceDropsWhatItsFormerSelfLeft() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    a.connect(DEVICE, "operator", "Desk", "operator.read");
    a.close();
    instances.remove(a);

    start("a");

    await().until(() -> reason(b).equals("disconnect"));
  }

  @Test
  void aRedisThatLostEverythingIsToldAgain() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    a.connect(DEVICE, "operator", "Desk", "operator.read");
    b.connect("other", "node", "Camera");
    long shown = b.presence().stateVersion().presence();
    deleteEverything();

    await()
        .atMost(Duration.ofSeconds(25))
        .untilAsserted(
            () -> {
              TestInstance c = instances.size() > 2 ? instances.get(2) : start("c");
              assertThat(c.rows(DEVICE)).hasSize(1);
              assertThat(c.rows("other")).hasSize(1);
              assertThat(c.presence().stateVersion().presence()).isGreaterThan(shown);
            });
    assertThat(a.rows("other")).hasSize(1);
    assertThat(a.presenceVersions()).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void clocksThatDisagreeLoseNobody() {
    TestInstance a = start("a", () -> Instant.now().minusSeconds(60));
    TestInstance b = start("b", () -> Instant.now().plusSeconds(60));
    Caller caller = a.connect(DEVICE, "operator", "Desk", "operator.read");
    b.connect("other", "node", "Camera");
    a.presence().disconnected(caller);

    await().until(() -> reason(b).equals("disconnect"));
    assertThat(a.rows("other")).hasSize(1);
    assertThat(Math.abs(b.rows(DEVICE).getFirst().path("ts").asLong() - System.currentTimeMillis()))
        .isLessThan(5_000);
    assertThat(Math.abs(b.list().get(0).path("ts").asLong() - System.currentTimeMillis()))
        .isLessThan(5_000);
  }

  @Test
  void leavingTakesAnInstanceOutOfTheList() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    b.connect(DEVICE, "operator", "Desk", "operator.read");

    get(b.presence().leave());

    await().until(() -> reason(a).equals("disconnect"));
    assertThat(a.list().toString()).doesNotContain("host-b");
  }

  private String reason(TestInstance instance) {
    List<JsonNode> rows = instance.rows(DEVICE);
    return rows.isEmpty() ? "" : rows.getFirst().path("reason").asText();
  }

  private void deleteEverything() {
    Vertx vertx = Vertx.vertx();
    RedisLink link = get(RedisLink.create(vertx, settings).ready());
    Response keys = get(link.send(Request.cmd(Command.KEYS).arg(settings.prefix() + "*")));
    keys.forEach(key -> get(link.send(Request.cmd(Command.DEL).arg(key.toString()))));
    get(vertx.close());
  }

  private TestInstance start(String name) {
    return start(name, InstantSource.system());
  }

  private TestInstance start(String name, InstantSource clock) {
    TestInstance instance = new TestInstance(name, settings, clock);
    instances.add(instance);
    return instance;
  }
}
