package dev.krabkrab.gateway.platform.settings;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettingsServiceIT {
  private final Vertx vertx = Vertx.vertx();
  private final RedisSettings redis = TestRedis.settings();
  private final List<Supplier<Future<Void>>> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(close -> get(close.get()));
    get(vertx.close());
  }

  @Test
  void theFirstInstanceSeedsTheOthersFollow() {
    SettingsService a = open("a", "{ui: {seamColor: '#1'}, redis: {url: 'redis://h:1'}}");
    SettingsService b = open("b", "{ui: {seamColor: '#2'}}");

    assertThat(a.seeded()).isTrue();
    assertThat(b.seeded()).isFalse();
    assertThat(b.document()).isEqualTo(a.document());
    assertThat(b.document().parsed().at("/ui/seamColor").asText()).isEqualTo("#1");
    assertThat(b.document().parsed().has("redis")).isFalse();
    assertThat(a.path()).isEqualTo("redis:" + redis.namespace() + "/gateway.json");
  }

  @Test
  void aSeedIsCompletedOnlyWhenItIsUsed() {
    UnaryOperator<ObjectNode> completion = content -> content.put("plugins", 1);
    assertThatThrownBy(() -> open(redis, "a", "{}", completion))
        .hasStackTraceContaining("invalid config: plugins: ");
    open("a", "{}");
    assertThat(open(redis, "b", "{}", completion).document().parsed()).isEmpty();
  }

  @Test
  void aChangeIsHotOnEveryInstance() {
    SettingsService a = open("a", "{}");
    SettingsService b = open("b", "{}");
    List<GatewayDocument> heard = new CopyOnWriteArrayList<>();
    b.onChange(heard::add);
    Supplier<String> denied = a.section(SettingsServiceIT::denied);
    Supplier<String> deniedAtB = b.section(SettingsServiceIT::denied);
    assertThat(deniedAtB.get()).isEmpty();

    assertThat(get(a.replace(a.document().hash(), denying("system.run")))).isTrue();

    assertThat(denied.get()).isEqualTo("system.run");
    await().untilAsserted(() -> assertThat(b.document()).isEqualTo(a.document()));
    await().untilAsserted(() -> assertThat(heard).containsExactly(b.document()));
    assertThat(deniedAtB.get()).isEqualTo("system.run");
  }

  @Test
  void oneOfTwoWritersWins() {
    SettingsService a = open("a", "{}");
    SettingsService b = open("b", "{}");
    String base = a.document().hash();

    Future<Boolean> first = a.replace(base, denying("one"));
    Future<Boolean> second = b.replace(base, denying("two"));

    assertThat(List.of(get(first), get(second))).containsExactlyInAnyOrder(true, false);
    await().untilAsserted(() -> assertThat(a.document()).isEqualTo(b.document()));
    String winner = get(first) ? "one" : "two";
    assertThat(denied(a.document().parsed())).isEqualTo(winner);
  }

  @Test
  void aRedisThatCameBackEmptyGetsTheDocumentAgain() {
    SettingsService a = open("a", "{ui: {seamColor: '#1'}}");
    GatewayDocument before = a.document();
    RedisLink link = get(RedisLink.create(vertx, redis).ready());
    opened.add(link::close);
    get(link.send(Request.cmd(Command.DEL).arg(redis.key("doc", "gateway"))));

    assertThat(get(a.refresh())).isEqualTo(before);
    assertThat(open("b", "{}").document()).isEqualTo(before);
  }

  @Test
  void aSeedThatIsInvalidIsRefusedOnlyWhenItIsNeeded() {
    assertThatThrownBy(() -> open("a", "{foo: 1}"))
        .hasStackTraceContaining("invalid config: Unrecognized key: \"foo\"");
    open("a", "{}");
    assertThat(open("b", "{foo: 1}").seeded()).isFalse();
  }

  private static ObjectNode denying(String command) {
    ObjectNode content = Json.object();
    content.putObject("gateway").putObject("nodes").putArray("denyCommands").add(command);
    return content;
  }

  private static String denied(JsonNode document) {
    return document.at("/gateway/nodes/denyCommands/0").asText();
  }

  private SettingsService open(String instance, String seed) {
    return open(redis, instance, seed, UnaryOperator.identity());
  }

  private SettingsService open(
      RedisSettings where, String instance, String seed, UnaryOperator<ObjectNode> completion) {
    Backplane backplane =
        get(Backplane.join(vertx, instance, where, () -> UUID.randomUUID().toString()));
    opened.add(backplane::close);
    SettingsService service =
        get(
            SettingsService.open(
                vertx,
                where,
                backplane,
                new DocumentSeed(
                    (ObjectNode) Json5.parse(seed), completion, SettingsSchema::load)));
    opened.add(service::close);
    return service;
  }
}
