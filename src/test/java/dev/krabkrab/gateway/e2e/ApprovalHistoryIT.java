package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code approval.history} of what was decided over either instance. Protocol 05 §13.3. */
@Timeout(60)
class ApprovalHistoryIT extends TwoInstances {
  private static final String METHOD = "approval.history";

  private String decided(Peer asker, Peer decider, ObjectNode question, String decision) {
    String id = UUID.randomUUID().toString();
    String asked = asker.send("exec.approval.request", question.put("id", id));
    decider.event("exec.approval.requested", shown -> shown.path("id").asText().equals(id));
    ObjectNode answer = Json.object().put("id", id).put("decision", decision);
    decider.ok("exec.approval.resolve", Json.text(answer.put("reason", "because")));
    asker.answer(asked);
    return id;
  }

  private static ObjectNode question(String command) {
    return Json.object().put("command", command).put("timeoutMs", 20_000).put("agentId", "main");
  }

  private static List<String> ids(JsonNode page) {
    return StreamSupport.stream(page.path("items").spliterator(), false)
        .map(item -> item.path("id").asText())
        .toList();
  }

  @Test
  void whatWasDecidedAnywhereIsReadInPagesNewestFirst() {
    List<String> newestFirst = new ArrayList<>();
    try (Peer reader = cluster.operator(1, 4, "operator.approvals");
        Peer older = cluster.admin(0, 4)) {
      for (int i = 0; i < 5; i++) {
        boolean even = i % 2 == 0;
        newestFirst.addFirst(decided(even ? a : b, even ? b : a, question("ls " + i), "deny"));
      }
      List<String> read = new ArrayList<>();
      String cursor = "";
      for (int page = 0; page < 3; page++) {
        JsonNode got = reader.ok(METHOD, "{\"limit\":2" + cursor + "}");
        assertThat(got.path("items").size()).isLessThanOrEqualTo(2);
        read.addAll(ids(got));
        cursor = ",\"cursor\":\"" + got.path("nextCursor").asText() + "\"";
      }
      assertThat(read.subList(0, 5)).isEqualTo(newestFirst);
      assertThat(ids(older.ok(METHOD, "{}")).subList(0, 5)).isEqualTo(newestFirst);
      assertThat(older.ok(METHOD, "{\"kind\":\"plugin\"}").path("items")).isEmpty();
      JsonNode all = reader.ok(METHOD, "{\"limit\":100,\"kind\":\"exec\"}");
      assertThat(all.has("nextCursor")).isFalse();
    }
  }

  @Test
  void anItemSaysWhatApprovalGetSaysOfAFinishedOne() {
    try (Peer asker = cluster.admin(0, 4)) {
      ObjectNode question = question("deploy --password=PLANTED now").put("host", "gateway");
      question.put("sessionKey", "agent:main:work").put("cwd", "/srv");
      String id = decided(asker, b, question, "allow-once");
      JsonNode got = asker.ok("approval.get", "{\"id\":\"" + id + "\"}").path("approval");
      JsonNode item = a.ok(METHOD, "{\"limit\":1}").at("/items/0");

      for (String field :
          List.of(
              "id",
              "urlPath",
              "createdAtMs",
              "expiresAtMs",
              "status",
              "decision",
              "reason",
              "resolvedAtMs",
              "decisionReason",
              "resolver",
              "source")) {
        assertThat(item.path(field)).as(field).isEqualTo(got.path(field));
      }
      for (String field : List.of("kind", "commandText", "host", "agentId")) {
        assertThat(item.at("/presentation/" + field)).isEqualTo(got.at("/presentation/" + field));
      }
      assertThat(item.toString()).doesNotContain("PLANTED");
    }
  }

  @Test
  void onlyWhoMightHaveDecidedReadsIt() {
    DeviceKeys named = DeviceKeys.fresh();
    Connect reviewer = cluster.as(named, 4).scopes("operator.approvals");
    try (Peer asker = cluster.admin(0, 4);
        Peer one = Peer.connected(cluster.port(1), reviewer);
        Peer other = cluster.operator(1, 4, "operator.approvals");
        Peer writer = cluster.operator(0, 4, "operator.read", "operator.write")) {
      ObjectNode question = question("ls");
      question.set("approvalReviewerDeviceIds", Json.texts(List.of(named.id())));
      String id = decided(asker, one, question, "deny");

      assertThat(ids(one.ok(METHOD, "{}"))).contains(id);
      assertThat(ids(asker.ok(METHOD, "{}"))).contains(id);
      assertThat(ids(other.ok(METHOD, "{}"))).doesNotContain(id);
      JsonNode refused = writer.call(METHOD, "{}").path("error");
      assertThat(refused.at("/details/missingScope").asText()).isEqualTo("operator.approvals");
      for (String wrong : List.of("{\"limit\":101}", "{\"limit\":0}", "{\"cursor\":\"x\"}")) {
        assertThat(one.call(METHOD, wrong).at("/error/code").asText())
            .as(wrong)
            .isEqualTo("INVALID_REQUEST");
      }
    }
  }

  @Test
  void helloNamesIt() {
    for (int protocol : List.of(3, 4)) {
      try (Peer peer = Peer.open(cluster.port(0))) {
        JsonNode hello = peer.hello(cluster.as(DeviceKeys.fresh(), protocol));
        assertThat(hello.at("/features/methods").toString()).contains("\"" + METHOD + "\"");
      }
    }
  }
}
