package dev.krabkrab.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.EncodedEvent;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.ProtocolVersion;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.redis.TestRedis;
import dev.krabkrab.gateway.rpc.EventSink;
import dev.krabkrab.gateway.transport.LocalConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class VoiceIT {
  private static final String DEFAULTS = "{\"triggers\":[\"openclaw\",\"claude\",\"computer\"]}";

  private final Vertx vertx = Vertx.vertx();
  private final RedisSettings redis = TestRedis.settings();
  private boolean mobile;
  private VoiceService a;
  private VoiceService b;

  @BeforeEach
  void start() throws Exception {
    a = service("a");
    b = service("b");
  }

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  @Test
  void n18_aChangeHoldsEverywhereAndNodesAreToldTheLatest() throws Exception {
    assertThat(get(b.triggers())).hasToString(DEFAULTS);
    JsonText set = get(a.replace(Json.tryParse("[\" hal \", \"\", 5, null, \"two words\"]")));
    assertThat(set).hasToString("{\"triggers\":[\"hal\",\"two words\"]}");
    assertThat(get(b.triggers())).hasToString(set.toString());

    Node node = new Node(() -> b.replace(Json.tryParse("[\"later\"]")));
    get(b.greet(node));
    assertThat(node.told).containsExactly(set.toString(), "{\"triggers\":[\"later\"]}");

    assertThat(get(a.replace(Json.tryParse("[\" \"]")))).hasToString(DEFAULTS);
  }

  @Test
  void keepsThirtyTwoWordsOfSixtyFourCharacters() {
    var many = Json.array();
    for (int i = 0; i < 40; i++) {
      many.add("w".repeat(70));
    }

    assertThat(VoiceService.normalized(many)).hasSize(32).allMatch(word -> word.length() == 64);
  }

  @Test
  void talkModeOfAWebchatNeedsAPhone() {
    JsonNode payload = Json.tryParse(a.talkMode(caller("cli"), true, null).toString());
    assertThat(payload.path("enabled").asBoolean()).isTrue();
    assertThat(payload.path("phase").isNull()).isTrue();
    assertThat(payload.path("ts").asLong()).isPositive();

    assertThatThrownBy(() -> a.talkMode(caller("webchat"), true, null))
        .hasMessage("talk disabled: no connected iOS/Android nodes");
    mobile = true;
    assertThat(a.talkMode(caller("webchat"), true, "listening").toString())
        .contains("\"phase\":\"listening\"");
  }

  private VoiceService service(String name) throws Exception {
    Backplane backplane =
        get(Backplane.join(vertx, name, redis, () -> UUID.randomUUID().toString()));
    RedisLink link = get(RedisLink.create(vertx, redis).ready());
    var connections = new LocalConnections(InstantSource.system(), RandomGenerator.getDefault());
    return new VoiceService(
        link, new Broadcaster(vertx, backplane, connections), () -> mobile, InstantSource.system());
  }

  private static Caller caller(String mode) {
    return new Caller(
        "conn",
        ProtocolVersion.V3,
        "operator",
        Set.of(),
        "device",
        "client",
        mode,
        null,
        "1",
        "linux",
        null,
        null,
        null,
        Set.of(),
        null,
        true,
        0,
        null);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** A node during whose greeting something happens, once. */
  private static final class Node implements EventSink {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Runnable meanwhile;

    Node(Runnable meanwhile) {
      this.meanwhile = meanwhile;
    }

    @Override
    public void numbered(EncodedEvent event) {}

    @Override
    public void direct(EventType type, JsonText payload) {
      told.add(payload.toString());
      if (told.size() == 1) {
        meanwhile.run();
      }
    }
  }
}
