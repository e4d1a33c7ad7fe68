package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.DataFormat;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a namespace's data is, and who may start on it. */
class DataFormatIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static RedisProcess redis;
  private static Vertx vertx;
  private static RedisLink link;
  private static String key;
  private static RedisSettings settings;

  @TempDir private Path state;

  @BeforeAll
  static void start() throws Exception {
    redis = RedisProcess.startEmpty();
    vertx = Vertx.vertx();
    settings = redis.settings();
    link = RedisLink.create(vertx, settings).ready().await(10, TimeUnit.SECONDS);
    key = settings.key("format", "data");
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    redis.close();
  }

  @Test
  void theFirstStartEntersItsFormatAndOthersJoin() throws Exception {
    send(Request.cmd(Command.DEL).arg(key));
    try (GatewayJvm first = gateway()) {
      first.awaitBanner(PATIENCE);
      JsonNode entry = Json.parseObject(send(Request.cmd(Command.GET).arg(key)).toString());
      assertThat(entry.path("format").asInt()).isEqualTo(DataFormat.CURRENT);
      assertThat(entry.path("release").asText()).isNotEmpty();
      try (GatewayJvm second = gateway()) {
        second.awaitBanner(PATIENCE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"format\":2,\"release\":\"9.1.0\"} | has format 2, written by release 9.1.0",
        "{\"format\":0} | has a format nobody knows",
        "junk | has a format nobody knows",
      })
  void anotherFormatIsRefusedWithWhatToDo(String stored, String said) throws Exception {
    send(Request.cmd(Command.SET).arg(key).arg(stored));
    try (GatewayJvm gateway = gateway()) {
      assertThat(gateway.exitCode(PATIENCE)).isEqualTo(1);
      assertThat(gateway.log())
          .contains(said)
          .contains("restore a backup from before the upgrade")
          .doesNotContain("\tat ");
    }
    assertThat(send(Request.cmd(Command.GET).arg(key)).toString()).isEqualTo(stored);
  }

  private GatewayJvm gateway() throws Exception {
    return GatewayJvm.start(
        state,
        "--redis-url",
        redis.url(),
        "--namespace",
        settings.namespace(),
        "--token",
        Cluster.TOKEN);
  }

  private static Response send(Request request) throws Exception {
    return link.send(request).await(5, TimeUnit.SECONDS);
  }
}
