package dev.krabkrab.gateway.agent.voice;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Callers;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import dev.krabkrab.gateway.platform.rpc.EventSink;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VoiceIT {
  private static final String DEFAULTS = "{\"triggers\":[\"openclaw\",\"claude\",\"computer\"]}";

  private final RedisSettings redis = TestRedis.settings();
  private final List<PlatformInstance> instances = new ArrayList<>();
  private boolean mobile;
  private VoiceService a;
  private VoiceService b;

  @BeforeEach
  void start() {
    a = service("a");
    b = service("b");
  }

  @AfterEach
  void stop() {
    instances.forEach(PlatformInstance::close);
  }

  @Test
  void n18_aChangeHoldsEverywhereAndNodesAreToldTheLatest() {
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

  private VoiceService service(String name) {
    PlatformInstance instance = new PlatformInstance(name, redis);
    instances.add(instance);
    return new VoiceService(
        instance.link(), instance.platform().broadcaster(), () -> mobile, InstantSource.system());
  }

  private static Caller caller(String mode) {
    return Callers.operator().device("device").client("client", mode, "1").make();
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
