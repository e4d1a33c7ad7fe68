package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets of the gateway document that are printed hidden, and come back, on two instances. */
class SecretsIT {
  private static final String CONFIG =
      "{gateway:{auth:{token:'"
          + Cluster.TOKEN
          + "',tokens:[{name:'one',token:'secret-of-one-0123456',scopes:['operator.read']},"
          + "{name:'two',token:'secret-of-two-0123456',scopes:['operator.read']}]}},"
          + "models:{providers:{p:{baseUrl:'http://127.0.0.1:9/v1',apiKey:'key-of-p',"
          + "headers:{'x-key':'header-of-p'}}}},"
          + "channels:{webhook:{enabled:false,url:'http://127.0.0.1:9/',secret:'0123456789abcdef'}},"
          + "hooks:{enabled:true,token:'hook-token-0123456'}}";

  @TempDir private Path home;
  private Cluster cluster;
  private Cli cli;

  @BeforeEach
  void open() {
    cluster = Cluster.of(2, CONFIG);
    cli = new Cli(home, cluster.instance(0).url());
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void whatIsPrintedHiddenMayBeWrittenBackInEveryWay() throws IOException {
    JsonNode before = document();
    assertThat(cli.run("config", "get")).isZero();
    String printed = cli.out();
    assertThat(printed).contains("(hidden)").contains("\"one\"");
    assertThat(cli.run("config", "get", "--json")).isZero();
    for (String secret :
        List.of(
            Cluster.TOKEN,
            "secret-of-one",
            "key-of-p",
            "header-of-p",
            "0123456789abcdef",
            "hook-token")) {
      assertThat(printed).doesNotContain(secret);
      assertThat(cli.out()).doesNotContain(secret);
    }
    assertThat(cli.run("config", "get", "gateway.auth.tokens.0", "--json")).isZero();
    assertThat(cli.out()).contains("(hidden)").doesNotContain("secret-of-one");
    assertThat(cli.run("config", "get", "hooks.token")).isZero();
    assertThat(cli.out()).isEqualTo("(hidden)\n");
    assertThat(cli.run("config", "get", "--json", "--show-secrets")).isZero();
    assertThat(cli.out()).contains("key-of-p");

    Path file = Files.writeString(home.resolve("hidden.json5"), printed);
    Cli second = cli.at(cluster.instance(1).url());
    assertThat(second.run("config", "apply", "-f", file.toString())).as(second.err()).isZero();
    assertThat(document()).isEqualTo(before);
    assertThat(cli.run("config", "set", "--file", file.toString())).as(cli.err()).isZero();
    assertThat(document()).isEqualTo(before);
    assertThat(second.run("config", "patch", "-f", file.toString())).as(second.err()).isZero();
    assertThat(document()).isEqualTo(before);
    for (String hidden : List.of("(hidden)", "__OPENCLAW_REDACTED__", "***")) {
      assertThat(cli.run("config", "set", "gateway.auth.token", hidden)).as(cli.err()).isZero();
      assertThat(document()).isEqualTo(before);
    }
    comesIn(Cluster.TOKEN);
    for (String bad : List.of("(hidden)", "__OPENCLAW_REDACTED__", "***")) {
      staysOut(bad);
    }
  }

  @Test
  void whereNothingWasItIsRefusedNamingTheField() {
    JsonNode before = document();
    for (String patch :
        List.of(
            "{gateway:{auth:{password:'(hidden)'}}}",
            "{models:{providers:{q:{apiKey:'__OPENCLAW_REDACTED__'}}}}",
            "{gateway:{auth:{tokens:[{name:'three',token:'(hidden)',scopes:[]}]}}}",
            "{channels:{telegram:{botToken:'***'}}}",
            "{skills:{entries:{s:{env:{KEY:'[redacted]'}}}}}")) {
      assertThat(cli.run("config", "patch", patch)).as(patch).isNotZero();
      assertThat(cli.err()).as(patch).contains("is a placeholder for a hidden secret");
    }
    assertThat(cli.err()).contains("skills.entries.s.env.KEY");
    assertThat(cli.run(Map.of(), "status", "--token", "(hidden)")).isEqualTo(2);
    assertThat(cli.err()).contains("the token is a placeholder");
    assertThat(document()).isEqualTo(before);
  }

  @Test
  void aVariableThatNobodyFillsInIsRefusedNamingTheField() throws IOException {
    JsonNode before = document();
    Map.of(
            "gateway.auth.token", "{gateway:{auth:{token:'${OPENCLAW_GATEWAY_TOKEN}'}}}",
            "gateway.auth.password", "{gateway:{auth:{password:'x${MY_PASSWORD}'}}}",
            "hooks.token", "{hooks:{token:'${HOOK_TOKEN}'}}",
            "gateway.auth.tokens.0.token",
                "{gateway:{auth:{tokens:[{name:'n',token:'${A_LONG_NAME_OF_ONE}',scopes:[]}]}}}")
        .forEach(
            (key, patch) -> {
              assertThat(cli.run("config", "patch", patch)).as(patch).isNotZero();
              assertThat(cli.err()).contains(key + ": names a variable");
            });
    assertThat(cli.run("config", "set", "gateway.auth.token", "${MY_TOKEN}")).isNotZero();
    assertThat(cli.err()).contains("KRABKRAB_GATEWAY_TOKEN");
    Path whole =
        Files.writeString(
            home.resolve("whole.json5"), "{gateway:{auth:{token:'${OPENCLAW_GATEWAY_TOKEN}'}}}");
    assertThat(cli.run("config", "apply", "-f", whole.toString())).isNotZero();
    assertThat(cli.err()).contains("gateway.auth.token: names a variable");
    assertThat(document()).isEqualTo(before);
  }

  @Test
  void variablesThatMayNotBeNamedAndLockOutsAreRefusedWhenWritten() {
    JsonNode before = document();
    for (String name : List.of("KRABKRAB_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_TOKEN", "PATH")) {
      assertThat(cli.run("config", "set", "models.providers.p.apiKey", "${" + name + "}"))
          .isNotZero();
      assertThat(cli.err()).contains("models.providers.p.apiKey: may not use ${" + name + "}");
    }
    assertThat(cli.err()).contains("--env-allow PATH");
    for (String patch :
        List.of(
            "{gateway:{auth:{mode:'password',tokens:null}}}",
            "{gateway:{auth:{token:null,tokens:null}}}",
            "{gateway:{auth:{mode:'jwt',tokens:null}}}")) {
      assertThat(cli.run("config", "patch", patch)).as(patch).isNotZero();
      assertThat(cli.err()).as(patch).contains("needs a");
    }
    assertThat(document()).isEqualTo(before);
    assertThat(cli.run("config", "set", "models.providers.p.apiKey", "${OPENAI_API_KEY}"))
        .as(cli.err())
        .isZero();
  }

  @Test
  void aStartIsRefusedWhereNobodyOrEverybodyCouldComeIn() {
    Map.of(
            "{gateway:{auth:{mode:'password'}}}", "needs a password",
            "{gateway:{auth:{mode:'jwt'}}}", "needs an issuer",
            "{gateway:{auth:{token:'(hidden)'}}}", "gateway.auth.token: is a placeholder",
            "{gateway:{auth:{token:'${OPENCLAW_GATEWAY_TOKEN}'}}}", "KRABKRAB_GATEWAY_TOKEN",
            "{hooks:{enabled:true,token:'${HOOK}'}}", "hooks.token: names a variable",
            "{gateway:{auth:{mode:'none'},bind:'lan'}}", "--dangerously-open-to-network")
        .forEach(
            (config, words) ->
                assertThatThrownBy(() -> Cluster.of(1, config).close())
                    .as(config)
                    .hasMessageContaining(words));
  }

  /** As an older release could have stored it. */
  @ParameterizedTest
  @ValueSource(strings = {"(hidden)", "${OPENCLAW_GATEWAY_TOKEN}"})
  void aStoredPlaceholderLetsNobodyIn(String stored) throws Exception {
    try (Peer paired = cluster.admin(0);
        Peer other = cluster.admin(1)) {
      store("{\"gateway\":{\"auth\":{\"token\":\"" + stored + "\"}}}");
      // Each reads what is stored now.
      paired.ok("config.get", "{}");
      other.ok("config.get", "{}");
      for (int instance = 0; instance < 2; instance++) {
        assertThat(refusal(cluster.port(instance), Cluster.TOKEN)).isNotEmpty();
        assertThat(refusal(cluster.port(instance), stored)).isNotEmpty();
      }
      JsonNode snapshot = paired.call("config.get", "{}").path("payload");
      assertThat(snapshot.path("valid").asBoolean()).isFalse();
      assertThat(snapshot.at("/issues/0/path").asText()).isEqualTo("gateway.auth.token");
      ObjectNode patch = Json.object().put("raw", "{gateway:{auth:{token:'a-new-secret-0123'}}}");
      patch.put("baseHash", snapshot.path("hash").asText());
      assertThat(paired.call("config.patch", patch.toString()).path("ok").asBoolean()).isTrue();
      await()
          .untilAsserted(() -> assertThat(refusal(cluster.port(1), "a-new-secret-0123")).isEmpty());
    }
  }

  private void store(String raw) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      RedisLink link = RedisLink.create(vertx, cluster.redis());
      link.ready()
          .compose(
              ready ->
                  link.send(
                      Request.cmd(Command.HSET)
                          .arg(cluster.redis().key("doc", "gateway"))
                          .arg("raw")
                          .arg(raw)
                          .arg("hash")
                          .arg("0".repeat(64))))
          .await(10, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  /** Empty when it is let in. */
  private static String refusal(int port, String token) {
    try (Peer peer = Peer.open(port)) {
      return peer.connect(Connect.operator(4).device(DeviceKeys.fresh()).token(token))
          .at("/error/message")
          .asText();
    }
  }

  /** Without the stamp. */
  private JsonNode document() {
    assertThat(cli.run("config", "get", "--json", "--show-secrets")).as(cli.err()).isZero();
    ObjectNode config = (ObjectNode) cli.json().path("config").deepCopy();
    config.remove("meta");
    return config;
  }

  private void comesIn(String token) {
    for (int instance = 0; instance < 2; instance++) {
      Connect connect = Connect.operator(4).device(DeviceKeys.fresh()).token(token);
      Peer.connected(cluster.port(instance), connect).close();
    }
  }

  private void staysOut(String token) {
    for (int instance = 0; instance < 2; instance++) {
      try (Peer peer = Peer.open(cluster.port(instance))) {
        JsonNode answer = peer.connect(Connect.operator(4).device(DeviceKeys.fresh()).token(token));
        assertThat(answer.at("/error/details/code").asText()).isEqualTo("AUTH_TOKEN_MISMATCH");
      }
    }
  }
}
