package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Approvers who come when much is pending: what they are shown, in which order, how fast. */
class ApprovalReplayIT {
  private static final int DEVICES = 12;
  private static final int SMALL_ONES = 75;
  private static final int LARGE_ONES = 5;
  private static final int ALL = DEVICES * (SMALL_ONES + LARGE_ONES);
  private static final String REQUESTED = "exec.approval.requested";
  private static final String RESOLVED = "exec.approval.resolved";

  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);
  private static final List<Peer> ASKERS = new ArrayList<>();

  /** More than a connection's outbox takes: 900 of 2 KB and 60 of 30 KB. */
  @BeforeAll
  static void askMuch() {
    for (int device = 0; device < DEVICES; device++) {
      Peer asker = cluster.operator(device % 2, 4, "operator.approvals");
      ASKERS.add(asker);
      for (int i = 0; i < SMALL_ONES + LARGE_ONES; i++) {
        ask(asker, "p" + device + "-" + i, i < SMALL_ONES ? 2_000 : 30_000);
      }
    }
    try (Peer admin = cluster.admin(0)) {
      for (int device = 0; device < DEVICES; device++) {
        String last = "p" + device + "-" + (SMALL_ONES + LARGE_ONES - 1);
        admin.event(REQUESTED, shown -> shown.path("id").asText().equals(last));
      }
    }
  }

  @AfterAll
  static void stop() {
    ASKERS.forEach(Peer::close);
  }

  private static void ask(Peer asker, String id, int length) {
    asker.send(
        "exec.approval.request",
        Json.object()
            .put("id", id)
            .put("command", "x".repeat(length))
            .put("twoPhase", true)
            .put("timeoutMs", 600_000));
  }

  private static FloodSocket approver(int instance, int protocol) {
    return FloodSocket.admitted(
        cluster.port(instance),
        Connect.operator(protocol)
            .device(DeviceKeys.fresh())
            .token(Cluster.TOKEN)
            .scopes("operator.read", "operator.approvals"));
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "0, 4", "1, 3", "1, 4"})
  void whoReadsSlowlyIsShownEverythingOnceInOrderAndStays(int instance, int protocol) {
    String mine = "n" + instance + protocol;
    Peer asker = ASKERS.get(instance);
    try (FloodSocket slow = approver(instance, protocol);
        Peer admin = cluster.admin(1 - instance)) {
      Set<String> requested = new HashSet<>();
      Set<String> resolved = new HashSet<>();
      long seq = 0;
      boolean newShown = false;
      boolean newEnded = false;
      for (int frames = 0; requested.size() < ALL || !newShown || !newEnded; frames++) {
        if (frames == 40) {
          ask(asker, mine, 100);
          admin.event(REQUESTED, shown -> shown.path("id").asText().equals(mine));
          admin.ok("exec.approval.resolve", "{\"id\":\"" + mine + "\",\"decision\":\"deny\"}");
        }
        if (frames % 20 == 0) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        JsonNode frame = slow.frame();
        String id = frame.at("/payload/id").asText();
        seq = frame.has("seq") ? inTurn(frame, seq) : seq;
        switch (frame.path("event").asText()) {
          case REQUESTED -> {
            assertThat(resolved).as("requested after it was resolved").doesNotContain(id);
            newShown |= id.equals(mine);
            if (id.startsWith("p")) {
              assertThat(requested.add(id)).as("%s is shown once", id).isTrue();
            }
          }
          case RESOLVED -> {
            resolved.add(id);
            newEnded |= id.equals(mine);
          }
          default -> {}
        }
      }
      assertAnswers(slow);
    }
  }

  @Test
  void whatIsDecidedBeforeItsPageIsNotShownAsOpen() {
    String last = "z-last";
    Peer asker = ASKERS.get(0);
    ask(asker, last, 100);
    try (Peer admin = cluster.admin(1)) {
      admin.event(REQUESTED, shown -> shown.path("id").asText().equals(last));
      try (FloodSocket slow = approver(0, 3)) {
        slow.frame();
        admin.ok("exec.approval.resolve", "{\"id\":\"" + last + "\",\"decision\":\"deny\"}");
        boolean ended = false;
        for (int shown = 0; shown < ALL - 1 || !ended; ) {
          JsonNode frame = slow.frame();
          String id = frame.at("/payload/id").asText();
          String event = frame.path("event").asText();
          assertThat(event + " " + id).isNotEqualTo(REQUESTED + " " + last);
          shown += event.equals(REQUESTED) ? 1 : 0;
          ended |= event.equals(RESOLVED) && id.equals(last);
        }
      }
    }
  }

  /** Whatever others have pending, an answer is small enough and leaves nobody's question out. */
  @Test
  void aListHasTheOldestOfEverybodyHoweverMuchIsPending() {
    String quiet = "quiet-one";
    try (Peer asker = cluster.operator(0, 4, "operator.approvals");
        FloodSocket reader = approver(1, 4);
        Peer admin = cluster.admin(1)) {
      ask(asker, quiet, 200);
      admin.event(REQUESTED, shown -> shown.path("id").asText().equals(quiet));
      JsonNode first = list(reader, "list-1");
      assertThat(Json.text(first).length()).isLessThan(1024 * 1024 + 256 * 1024);
      Set<String> listed = ids(first);
      assertThat(listed).contains(quiet).hasSizeGreaterThan(DEVICES);
      for (int device = 0; device < DEVICES; device++) {
        assertThat(listed).contains("p" + device + "-0");
      }
      admin.ok("exec.approval.resolve", "{\"id\":\"" + quiet + "\",\"decision\":\"deny\"}");
      assertThat(ids(list(reader, "list-2"))).doesNotContain(quiet);
    }
  }

  private static JsonNode list(FloodSocket reader, String id) {
    reader.send(
        RawSocket.text(
            "{\"type\":\"req\",\"id\":\""
                + id
                + "\",\"method\":\"exec.approval.list\",\"params\":{}}"));
    while (true) {
      JsonNode frame = reader.frame();
      if (frame.path("type").asText().equals("res") && frame.path("id").asText().equals(id)) {
        return frame.path("payload");
      }
    }
  }

  private static Set<String> ids(JsonNode list) {
    Set<String> ids = new HashSet<>();
    list.forEach(line -> ids.add(line.path("id").asText()));
    return ids;
  }

  @Test
  void whoAsksForALongListAndReadsItIsNotClosedForTheEventsBehindIt() {
    try (FloodSocket slow = approver(1, 4);
        Peer admin = cluster.admin(0)) {
      for (int shown = 0; shown < ALL; ) {
        shown += slow.frame().path("event").asText().equals(REQUESTED) ? 1 : 0;
      }
      slow.send(
          RawSocket.text(
              "{\"type\":\"req\",\"id\":\"l1\",\"method\":\"exec.approval.list\",\"params\":{}}"));
      String behind = "behind-the-list";
      ask(ASKERS.get(1), behind, 1_000);
      admin.event(REQUESTED, shown -> shown.path("id").asText().equals(behind));
      admin.ok("exec.approval.resolve", "{\"id\":\"" + behind + "\",\"decision\":\"deny\"}");

      boolean listed = false;
      boolean ended = false;
      while (!listed || !ended) {
        JsonNode frame = slow.frame();
        listed |= frame.path("id").asText().equals("l1");
        ended |= frame.at("/payload/id").asText().equals(behind) && frame.has("seq");
      }
      assertAnswers(slow);
    }
  }

  private static long inTurn(JsonNode frame, long before) {
    assertThat(frame.path("seq").asLong()).isEqualTo(before + 1);
    return before + 1;
  }

  private static void assertAnswers(FloodSocket client) {
    client.send(
        RawSocket.text("{\"type\":\"req\",\"id\":\"h1\",\"method\":\"health\",\"params\":{}}"));
    JsonNode answer;
    do {
      answer = client.frame();
    } while (!answer.path("id").asText().equals("h1"));
    assertThat(answer.path("ok").asBoolean()).isTrue();
  }
}
