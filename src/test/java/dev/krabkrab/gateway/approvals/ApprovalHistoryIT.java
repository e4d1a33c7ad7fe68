package dev.krabkrab.gateway.approvals;

import static dev.krabkrab.gateway.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.approvals.TestClient.decision;
import static dev.krabkrab.gateway.approvals.TestClient.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.redis.Replies;
import dev.krabkrab.gateway.redis.TestRedis;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Protocol 05 §13.3: {@code approval.history}. */
@Timeout(90)
class ApprovalHistoryIT {
  private static final String APPROVALS = "operator.approvals";
  private static final int MOST_OF_A_BUCKET = 256;

  private final RedisSettings redis = TestRedis.settings();
  private final TestInstance a = TestInstance.start("a", redis);
  private final TestInstance b = TestInstance.start("b", redis);
  private final RedisLink link = TestInstance.get(RedisLink.create(b.vertx, redis).ready());

  @AfterEach
  void closeInstances() {
    a.close();
    b.close();
  }

  @Test
  void whatEndedOnOneInstanceIsPagedOnAnother() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    TestClient approver = TestClient.connect(b, "approver", 4, APPROVALS);
    List<String> decisions = List.of("allow-once", "deny", "allow-always", "nonsense", "deny");
    for (int i = 0; i < decisions.size(); i++) {
      String asked = asker.ask("h-" + i, "ls " + i, 20_000);
      approver.event(REQUESTED, "h-" + i);
      ObjectNode params = Json.object().put("id", "h-" + i).put("kind", "exec");
      approver.call("approval.resolve", Json.text(params.put("decision", decisions.get(i))));
      asker.answer(asked);
    }
    asker.ask("h-late", "sleep", 100);
    asker.ask("h-open", "ls", 20_000);
    await().until(() -> page(asker, null, 10).path("items").size() == 6);

    List<JsonNode> items = walk(asker, 2);
    assertThat(items)
        .map(item -> item.path("id").asText())
        .containsExactly("h-late", "h-4", "h-3", "h-2", "h-1", "h-0");
    assertThat(items)
        .map(item -> item.path("status").asText())
        .containsExactly("expired", "denied", "denied", "allowed", "denied", "allowed");
    assertThat(items)
        .map(item -> item.path("reason").asText())
        .containsExactly("timeout", "user", "malformed-verdict", "user", "user", "user");
    assertThat(walk(approver, 100)).isEqualTo(items);
    for (JsonNode item : items) {
      String get = Json.text(Json.object().put("id", item.path("id").asText()));
      assertThat(asker.call("approval.get", get).at("/payload/approval")).isEqualTo(item);
    }
  }

  @Test
  void onlyOneKindIsHereAndACursorIsTakenAsItWasGiven() {
    TestClient client = TestClient.connect(a, "client", 4, APPROVALS);
    String asked = client.ask("kind", "ls", 20_000);
    client.event(REQUESTED, "kind");
    client.decide("kind", "deny");
    client.answer(asked);

    assertThat(history(client, "{\"kind\":\"exec\"}").path("items")).hasSize(1);
    assertThat(history(client, "{\"kind\":\"plugin\"}").path("items").isEmpty()).isTrue();
    assertThat(history(client, "{\"kind\":\"system-agent\"}").path("items").isEmpty()).isTrue();
    assertThat(error(client.call("approval.history", "{\"kind\":\"Exec\"}")))
        .isEqualTo("kind must be exec, plugin or system-agent");
    assertThat(error(client.call("approval.history", "{\"cursor\":\"12-x\"}")))
        .isEqualTo("invalid cursor: send the nextCursor of the page before");
    assertThat(error(client.call("approval.history", "{\"limit\":101}"))).contains("<= 100");
    assertThat(error(client.call("approval.history", "{\"limit\":0}"))).contains(">= 1");
    TestClient reader = TestClient.connect(b, "reader", 4, "operator.read");
    assertThat(error(reader.call("approval.history", "{}")))
        .isEqualTo("missing scope: operator.approvals");
  }

  @Test
  void whatNobodyCouldDecideIsDenied() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    assertThat(decision(asker.answer(askInVain(asker, "no-one")))).isNull();
    JsonNode item = walk(asker, 10).getFirst();

    assertThat(item.path("id").asText()).isEqualTo("no-one");
    assertThat(item.path("status").asText()).isEqualTo("denied");
    assertThat(item.path("decision").asText()).isEqualTo("deny");
    assertThat(item.path("reason").asText()).isEqualTo("no-route");
    assertThat(item.path("resolver"))
        .isEqualTo(Json.object().put("kind", "system").put("id", "no-approval-route"));
    assertThat(item.path("resolvedAtMs")).isEqualTo(item.path("createdAtMs"));
    JsonNode waited = asker.call("exec.approval.waitDecision", "{\"id\":\"no-one\"}");
    assertThat(waited.at("/payload/decision").isNull()).isTrue();
    assertThat(waited.at("/payload/terminalReason").asText()).isEqualTo("no-route");
    assertThat(error(asker.answer(askInVain(asker, "no-one"))))
        .isEqualTo("approval request unavailable");
    assertThat(asker.approvalEvents()).isEmpty();
  }

  @Test
  void whatEndedAtOneMomentIsPagedOnce() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    List<String> ids = IntStream.range(0, 150).mapToObj(i -> "many-" + i).toList();
    for (int from = 0; from < ids.size(); from += 50) {
      ids.subList(from, from + 50).stream()
          .map(id -> askInVain(asker, id))
          .toList()
          .forEach(asker::answer);
    }
    List<JsonNode> items = walk(TestClient.connect(b, "reader", 4, APPROVALS), 7);

    assertThat(items)
        .map(item -> item.path("id").asText())
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(items).map(item -> -item.path("resolvedAtMs").asLong()).isSorted();
  }

  @Test
  void theOldestOfAFullBucketMakeRoom() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    List<String> ids =
        IntStream.iterate(0, i -> i + 1)
            .mapToObj(i -> "full-" + i)
            .filter(id -> ApprovalStore.bucket(id) == 5)
            .limit(MOST_OF_A_BUCKET + 20)
            .toList();
    for (String id : ids) {
      asker.answer(askInVain(asker, id));
    }
    assertThat(Replies.number(redis(Command.HLEN, HistoryStore.entries(redis, 5))))
        .isEqualTo(MOST_OF_A_BUCKET);
    assertThat(Replies.number(redis(Command.ZCARD, HistoryStore.index(redis, 5))))
        .isEqualTo(MOST_OF_A_BUCKET);
    assertThat(walk(asker, 100))
        .map(item -> item.path("id").asText())
        .hasSize(MOST_OF_A_BUCKET)
        .contains(ids.getLast())
        .doesNotContain(ids.getFirst());
  }

  @Test
  void whatIsOlderThanThirtyDaysIsForgotten() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    asker.answer(askInVain(asker, "old"));
    long ended = walk(asker, 10).getFirst().path("resolvedAtMs").asLong();
    int bucket = ApprovalStore.bucket("old");
    String index = HistoryStore.index(redis, bucket);
    String name = Replies.texts(redis(Command.ZRANGE, index, "0", "-1")).getFirst();
    redis(Command.DEL, new ApprovalStore(link, redis, 60_000).recordKey("old"));
    redis(Command.ZADD, index, Long.toString(ended - Duration.ofDays(30).toMillis()), name);

    assertThat(walk(asker, 10)).isEmpty();
    assertThat(error(asker.call("approval.get", "{\"id\":\"old\"}")))
        .isEqualTo("approval not found");
    String next =
        Stream.iterate(0, i -> i + 1)
            .map(i -> "new-" + i)
            .filter(id -> ApprovalStore.bucket(id) == bucket)
            .findFirst()
            .orElseThrow();
    asker.answer(askInVain(asker, next));
    assertThat(Replies.number(redis(Command.HLEN, HistoryStore.entries(redis, bucket))))
        .isEqualTo(1);
    assertThat(Replies.number(redis(Command.PTTL, HistoryStore.entries(redis, bucket))))
        .isPositive();
  }

  @Test
  void itOutlivesTheRecord() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    String asked = asker.ask("outlived", "echo --token abc", 20_000);
    asker.event(REQUESTED, "outlived");
    asker.decide("outlived", "allow-once");
    asker.answer(asked);
    redis(Command.DEL, new ApprovalStore(link, redis, 60_000).recordKey("outlived"));
    TestClient late = TestClient.connect(b, "late", 4, APPROVALS);
    JsonNode kept = late.call("approval.get", "{\"id\":\"outlived\"}").at("/payload/approval");

    assertThat(kept.path("decision").asText()).isEqualTo("allow-once");
    assertThat(kept.at("/presentation/commandText").asText()).isEqualTo("echo --token ***");
    JsonNode told =
        late.call(
                "approval.resolve", "{\"id\":\"outlived\",\"kind\":\"exec\",\"decision\":\"deny\"}")
            .path("payload");
    assertThat(told.path("applied").asBoolean(true)).isFalse();
    assertThat(told.path("approval")).isEqualTo(kept);
  }

  @Test
  void whatRanOutWhileNoInstanceLivedIsEnteredByTheNext() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    asker.ask("orphan", "ls", 400);
    JsonNode shown = asker.event(REQUESTED, "orphan");
    a.kill();
    b.kill();
    try (TestInstance c = TestInstance.start("c", redis)) {
      TestClient client = TestClient.connect(c, "client", 4, APPROVALS);
      await().until(() -> !page(client, null, 10).path("items").isEmpty());
      JsonNode item = page(client, null, 10).at("/items/0");

      assertThat(item.path("reason").asText()).isEqualTo("timeout");
      assertThat(item.path("resolvedAtMs")).isEqualTo(shown.path("expiresAtMs"));
    }
  }

  @Test
  void anIdThatIsUsedAgainIsInItTwice() {
    TestClient older = TestClient.connect(a, "older");
    for (String said : List.of("deny", "allow-once")) {
      int before = older.events(REQUESTED, "again").size();
      String asked = older.ask("again", "ls", 20_000);
      await().until(() -> older.events(REQUESTED, "again").size() > before);
      older.decide("again", said);
      assertThat(decision(older.answer(asked))).isEqualTo(said);
    }
    TestClient reader = TestClient.connect(b, "reader", 4, APPROVALS);
    assertThat(walk(reader, 1))
        .map(item -> item.path("decision").asText())
        .containsExactly("allow-once", "deny");
  }

  private static String askInVain(TestClient asker, String id) {
    ObjectNode params = Json.object().put("id", id).put("command", "ls");
    return asker.send("exec.approval.request", Json.text(params.put("requireDeliveryRoute", true)));
  }

  /** Every page, one after the other. */
  private static List<JsonNode> walk(TestClient client, int limit) {
    List<JsonNode> items = new ArrayList<>();
    String cursor = null;
    do {
      JsonNode page = page(client, cursor, limit);
      page.path("items").forEach(items::add);
      cursor = Json.textOrNull(page, "nextCursor");
      assertThat(page.path("items").size()).isLessThanOrEqualTo(limit);
    } while (cursor != null);
    return items;
  }

  private static JsonNode page(TestClient client, @Nullable String cursor, int limit) {
    ObjectNode params = Json.object().put("limit", limit);
    Json.putIfPresent(params, "cursor", cursor);
    return history(client, Json.text(params));
  }

  private static JsonNode history(TestClient client, String params) {
    JsonNode answer = client.call("approval.history", params);
    assertThat(answer.path("ok").asBoolean()).as("%s", answer).isTrue();
    return answer.path("payload");
  }

  private Response redis(Command command, String... args) {
    Request request = Request.cmd(command);
    for (String arg : args) {
      request.arg(arg);
    }
    return TestInstance.get(link.send(request));
  }
}
