package dev.krabkrab.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.Json5;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
    SettingsService a = open("a", "{ui: {seamColor: '#1'}, redis: {url: 'redis://h:1'}}", false);
    SettingsService b = open("b", "{ui: {seamColor: '#2'}}", false);

    assertThat(a.seeded()).isTrue();
    assertThat(b.seeded()).isFalse();
    assertThat(b.document()).isEqualTo(a.document());
    assertThat(b.document().parsed().at("/ui/seamColor").asText()).isEqualTo("#1");
    assertThat(b.document().parsed().has("redis")).isFalse();
    assertThat(a.path()).isEqualTo("redis:" + redis.namespace() + "/gateway.json");
  }

  @Test
  void aSecretIsMadeOnlyWhenNoneIsThere() {
    assertThat(open("a", "{}", false).current().secret()).isEqualTo("generated");
    assertThat(elsewhere("{}", true).current().secret()).isNull();
    assertThat(elsewhere("{gateway: {auth: {token: 't'}}}", false).current().secret())
        .isEqualTo("t");
    assertThat(elsewhere("{gateway: {auth: {password: 'p'}}}", false).current().token()).isNull();
    assertThat(elsewhere("{gateway: {auth: {mode: 'none'}}}", false).current().token()).isNull();
  }

  @Test
  void aChangeIsHotOnEveryInstance() {
    SettingsService a = open("a", "{}", false);
    SettingsService b = open("b", "{}", false);
    List<GatewaySettings> heard = new CopyOnWriteArrayList<>();
    b.onChange(heard::add);

    assertThat(get(a.replace(a.document().hash(), denying("system.run")))).isTrue();

    assertThat(a.current().nodeDenyCommands()).containsExactly("system.run");
    await().untilAsserted(() -> assertThat(b.document()).isEqualTo(a.document()));
    await().untilAsserted(() -> assertThat(heard).containsExactly(b.current()));
  }

  @Test
  void oneOfTwoWritersWins() {
    SettingsService a = open("a", "{}", false);
    SettingsService b = open("b", "{}", false);
    String base = a.document().hash();

    Future<Boolean> first = a.replace(base, denying("one"));
    Future<Boolean> second = b.replace(base, denying("two"));

    assertThat(List.of(get(first), get(second))).containsExactlyInAnyOrder(true, false);
    await().untilAsserted(() -> assertThat(a.document()).isEqualTo(b.document()));
    String winner = get(first) ? "one" : "two";
    assertThat(a.current().nodeDenyCommands()).containsExactly(winner);
  }

  @Test
  void aRedisThatCameBackEmptyGetsTheDocumentAgain() {
    SettingsService a = open("a", "{ui: {seamColor: '#1'}}", false);
    GatewayDocument before = a.document();
    RedisLink link = get(RedisLink.create(vertx, redis).ready());
    opened.add(link::close);
    get(link.send(Request.cmd(Command.DEL).arg(redis.key("doc", "gateway"))));

    assertThat(get(a.refresh())).isEqualTo(before);
    assertThat(open("b", "{}", false).document()).isEqualTo(before);
  }

  @Test
  void aSeedThatIsInvalidIsRefusedOnlyWhenItIsNeeded() {
    assertThatThrownBy(() -> open("a", "{foo: 1}", false))
        .hasStackTraceContaining("invalid config: Unrecognized key: \"foo\"");
    open("a", "{}", false);
    assertThat(open("b", "{foo: 1}", false).seeded()).isFalse();
  }

  private static ObjectNode denying(String command) {
    ObjectNode content = Json.object();
    content.putObject("gateway").putObject("nodes").putArray("denyCommands").add(command);
    return content;
  }

  private SettingsService open(String instance, String seed, boolean fromEnvironment) {
    return open(redis, instance, seed, fromEnvironment);
  }

  private SettingsService elsewhere(String seed, boolean fromEnvironment) {
    return open(TestRedis.settings(), "x", seed, fromEnvironment);
  }

  private SettingsService open(
      RedisSettings where, String instance, String seed, boolean fromEnvironment) {
    Backplane backplane =
        get(Backplane.join(vertx, instance, where, () -> UUID.randomUUID().toString()));
    opened.add(backplane::close);
    SettingsService service =
        get(
            SettingsService.open(
                vertx,
                where,
                backplane,
                (ObjectNode) Json5.parse(seed),
                "generated",
                fromEnvironment,
                List.of()));
    opened.add(service::close);
    return service;
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
