package dev.krabkrab.gateway.control.logs;

import static dev.krabkrab.gateway.platform.Async.get;
import static dev.krabkrab.gateway.platform.Async.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Redis is away while lines are logged. */
@Timeout(60)
class LogOutageIT {
  private static final Logger LOG = LoggerFactory.getLogger("dev.krabkrab.gateway.trial.Trial");

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final RedisProcess redis = RedisProcess.startEmpty();
  private LogSettings settings = LogSettings.DEFAULT;
  private LogService logs = open();

  @BeforeEach
  void begin() {
    LOG.warn("begin");
    await().until(() -> has(tail(-1), "begin"));
  }

  @AfterEach
  void close() {
    on(context, logs::close);
    get(vertx.close());
    redis.close();
  }

  private LogService open() {
    return on(
        context,
        () -> {
          RedisLink link = RedisLink.create(vertx, redis.settings());
          LogService opened =
              LogService.open(vertx, link, "a", () -> settings, List::of, InstantSource.system());
          return link.ready().map(opened);
        });
  }

  private JsonNode tail(long cursor) {
    JsonText answer = on(context, () -> logs.tail(cursor, 5_000, 1_000_000));
    return Objects.requireNonNull(Json.tryParse(answer.toString()));
  }

  private static boolean has(JsonNode tail, String text) {
    return tail.path("lines").valueStream().anyMatch(line -> line.asText().contains(text));
  }

  @Test
  void theNewestLinesAreKeptBackAndTheOthersCounted() {
    redis.kill();
    for (int i = 0; i < 1_100; i++) {
      LOG.warn("while away {}.", i);
    }
    redis.start();

    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> has(tail(-1), "while away 1099."));
    JsonNode tail = tail(-1);
    assertThat(has(tail, "lines of this instance are missing here")).isTrue();
    assertThat(has(tail, "while away 0.")).isFalse();
  }

  @Test
  void aRedisThatComesBackEmptyResetsCursors() {
    for (int i = 0; i < 100; i++) {
      LOG.warn("before {}", i);
    }
    await().until(() -> has(tail(-1), "before 99"));
    long cursor = tail(-1).path("cursor").asLong();
    redis.kill();
    redis.start();
    LOG.warn("after");

    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> has(tail(cursor), "after"));
    JsonNode tail = tail(cursor);
    assertThat(tail.path("reset").asBoolean()).isTrue();
    assertThat(tail.path("truncated").asBoolean()).isFalse();
    assertThat(has(tail, "before")).isFalse();
  }

  @Test
  void onlyAboutSoManyLinesAreKept() {
    settings = new LogSettings(true, 1_000);
    for (int i = 0; i < 8; i++) {
      for (int line = 0; line < 200; line++) {
        LOG.warn("line {}.{}.", i, line);
      }
      String last = "line " + i + ".199.";
      await().until(() -> has(tail(-1), last));
    }
    assertThat(tail(-1).path("lines").size()).isBetween(1_000, 1_300);

    JsonNode behind = tail(0);
    assertThat(behind.path("reset").asBoolean()).isTrue();
    assertThat(behind.path("truncated").asBoolean()).isTrue();

    settings = new LogSettings(false, 1_000);
    LOG.warn("not shared");
    assertThat(has(tail(-1), "not shared")).isFalse();
  }
}
