package dev.krabkrab.gateway.control.nodes;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the nodes feature says of nodes its view does not know while Redis is away. */
@Timeout(60)
class NodeOutageIT {
  private static final Caller OPERATOR = Instance.operator();
  private static final String APPROVALS = "exec.approvals.node.get";
  private static final String DESCRIBE = "node.describe";

  @Test
  void aMissIsAnsweredWithinASecondWhenRedisIsGone() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      Instance a = Instance.start("a", redis.settings());
      try {
        a.call(OPERATOR, "node.list", Json.object());
        redis.kill();

        for (String method : List.of("node.invoke", APPROVALS, DESCRIBE)) {
          assertRefusedInTime(a, method);
        }
      } finally {
        a.kill();
      }
    }
  }

  @Test
  void aMissIsAnsweredWithinASecondWhenRedisHangs() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      Instance a = Instance.start("a", redis.settings());
      try {
        a.call(OPERATOR, "node.list", Json.object());
        redis.pause();

        for (String method : List.of(APPROVALS, DESCRIBE)) {
          assertRefusedInTime(a, method);
        }
        redis.resume();
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> refusal(a, DESCRIBE).message().equals("unknown nodeId"));
      } finally {
        a.kill();
      }
    }
  }

  @Test
  void aConnectedNodeIsAskedWhileRedisIsAway() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      RedisSettings settings = redis.settings();
      Instance a = Instance.start("a", settings);
      try {
        Caller node = a.connect("n", "system.run");
        redis.kill();
        Future<JsonNode> call = a.send(OPERATOR, APPROVALS, Json.object().put("nodeId", "n"));
        await().until(() -> !a.sockets.written(node.connId()).isEmpty());
        String id = a.sockets.written(node.connId()).getFirst().path("id").asText();
        ObjectNode result = Json.object().put("id", id).put("nodeId", "n").put("ok", true);
        a.call(node, "node.invoke.result", result.put("payloadJSON", "{\"hash\":\"h\"}"));

        assertThat(get(call)).isEqualTo(Json.object().put("hash", "h"));
      } finally {
        a.kill();
      }
    }
  }

  private static void assertRefusedInTime(Instance at, String method) {
    long best = Long.MAX_VALUE;
    // Once is enough to show what it waits for; a busy machine may need some tries for it.
    for (int i = 0; i < 10 && best >= 1_000; i++) {
      long begun = System.nanoTime();
      ErrorShape error = refusal(at, method);
      best = Math.min(best, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));

      assertThat(error.code()).as(method).isEqualTo(ErrorShape.UNAVAILABLE);
      assertThat(error.retryable()).as("%s: %s", method, error).isTrue();
    }
    assertThat(best).as(method).isLessThan(1_000);
  }

  private static ErrorShape refusal(Instance at, String method) {
    ObjectNode params = Json.object().put("nodeId", "stranger");
    if (method.equals("node.invoke")) {
      params.put("command", "system.run").put("idempotencyKey", UUID.randomUUID().toString());
    }
    return at.error(OPERATOR, method, params);
  }
}
