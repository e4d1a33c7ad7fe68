package dev.krabkrab.gateway.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.net.Egress;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceSettingsTest {

  @Test
  void defaultsSuitALaptop() {
    InstanceSettings settings = load(Map.of(), Map.of("HOME", "/home/u"), "{}");

    assertThat(settings.port()).isEqualTo(18789);
    assertThat(settings.bind()).isEqualTo("127.0.0.1");
    assertThat(settings.management()).isNull();
    assertThat(settings.stateDir()).isEqualTo(Path.of("/home/u/.krabkrab"));
    assertThat(settings.namespace()).isEqualTo("default");
    assertThat(settings.instanceId()).endsWith("-ab12").matches("[A-Za-z0-9._-]+");
    assertThat(settings.redisUrl()).isNull();
    assertThat(settings.redisCa()).isNull();
    assertThat(settings.minReplicasAck()).isZero();
    assertThat(settings.trustedProxies()).isEmpty();
    assertThat(settings.localAutoApproval()).isTrue();
    assertThat(settings.drain().budgetMs()).isEqualTo(5000);
    assertThat(settings.tls().enabled()).isFalse();
    assertThat(settings.tls().protocols()).containsExactly("TLSv1.3");
    assertThat(settings.tls().certPath())
        .isEqualTo(Path.of("/home/u/.krabkrab/gateway/tls/gateway-cert.pem"));
  }

  @Test
  void limitsHaveNamesRangesAndDefaults() {
    LimitSettings unset = load(Map.of(), Map.of(), "{}").limits();
    assertThat(unset).isEqualTo(LimitSettings.DEFAULTS);
    assertThat(unset.pendingInvokesPerCaller()).isEqualTo(1_000);
    assertThat(unset.chatSubscriptionsPerNode()).isEqualTo(1_000);
    assertThat(unset.pendingApprovalsPerConnection()).isEqualTo(100);
    List<String> names =
        Stream.concat(
                Arrays.stream(LimitSettings.class.getRecordComponents())
                    .map(RecordComponent::getName)
                    .filter(name -> !name.equals("plain")),
                Stream.of("plainSockets", "plainSocketsPerAddress", "bodyMegabytes"))
            .toList();
    assertThat(unset.byName()).containsOnlyKeys(names);

    StringJoiner file = new StringJoiner(",", "{\"gateway\":{\"limits\":{", "}}}");
    names.forEach(name -> file.add("\"" + name + "\":" + (120 + names.indexOf(name))));
    assertThat(load(Map.of(), Map.of(), file.toString()).limits().byName())
        .allSatisfy((name, value) -> assertThat(value).isEqualTo(120 + names.indexOf(name)));
    Map<String, String> environment = Map.of("KRABKRAB_LIMIT_CHAT_SUBSCRIPTIONS_PER_NODE", "3");
    assertThat(load(Map.of(), environment, file.toString()).limits().chatSubscriptionsPerNode())
        .isEqualTo(3);
  }

  @Test
  void flagsWinOverEnvironmentOverFile() {
    Map<String, String> environment = Map.of("KRABKRAB_PORT", "2", "KRABKRAB_NAMESPACE", "two");
    String file = "{\"gateway\":{\"port\":3,\"drain\":{\"budgetMs\":7}},\"namespace\":\"three\"}";

    InstanceSettings settings = load(Map.of("port", "1"), environment, file);

    assertThat(settings.port()).isEqualTo(1);
    assertThat(settings.namespace()).isEqualTo("two");
    assertThat(settings.drain().budgetMs()).isEqualTo(7);
  }

  @Test
  void readsEveryKeyOfAFile() {
    InstanceSettings settings =
        load(
            Map.of(),
            Map.of("HOME", "/home/u"),
            """
            {"gateway":{"port":1,"bind":"lan","management":{"port":9,"bind":"lan"},"localAutoApproval":false,
              "trustedProxies":["10.0.0.0/8","::1"],
              "tls":{"enabled":true,"autoGenerate":false,"certPath":"~/c.pem","keyPath":"/k.pem",
                     "caPath":"/ca.pem","minVersion":"1.2"}},
             "redis":{"url":"redis://u:pw@h:1","minReplicasAck":1}}
            """);

    assertThat(settings.bind()).isEqualTo("0.0.0.0");
    assertThat(settings.management()).isEqualTo(new ManagementSettings(9, "0.0.0.0"));
    assertThat(settings.localAutoApproval()).isFalse();
    assertThat(settings.trustedProxies()).containsExactly("10.0.0.0/8", "::1");
    assertThat(settings.tls())
        .isEqualTo(
            new TlsSettings(
                true,
                false,
                Path.of("/home/u/c.pem"),
                Path.of("/k.pem"),
                Path.of("/ca.pem"),
                "1.2"));
    assertThat(settings.tls().protocols()).containsExactly("TLSv1.2", "TLSv1.3");
    assertThat(settings.redisUrl()).isEqualTo("redis://u:pw@h:1");
    assertThat(settings.minReplicasAck()).isEqualTo(1);
    assertThat(settings.toString()).doesNotContain("pw");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "KRABKRAB_PORT | 70000 | gateway.port must be a whole number from 0 to 65535",
        "KRABKRAB_PORT | x | gateway.port must be a whole number from 0 to 65535",
        "KRABKRAB_MANAGEMENT_PORT | 65536 | gateway.management.port must be a whole number from 0"
            + " to 65535",
        "KRABKRAB_MANAGEMENT_BIND | nowhere | gateway.management.bind must be loopback, lan or an"
            + " IP address",
        "KRABKRAB_BIND | example.com | gateway.bind must be loopback, lan or an IP address",
        "KRABKRAB_NAMESPACE | a b | namespace must be 1 to 64 of A-Z a-z 0-9 . _ -",
        "KRABKRAB_INSTANCE | a/b | instance must be 1 to 64 of A-Z a-z 0-9 . _ -",
        "KRABKRAB_REDIS_URL | http://h | redis.url must be an address like redis://host:6379",
        "KRABKRAB_REDIS_CA | /no/such/file | redis.caPath must be the path of a file that can be"
            + " read",
        "KRABKRAB_TRUSTED_PROXIES | 10.0.0.0/33 | gateway.trustedProxies must be IP addresses or"
            + " CIDR ranges",
        "KRABKRAB_LOCAL_AUTO_APPROVAL | maybe | gateway.localAutoApproval must be true or false",
        "KRABKRAB_LIMIT_PENDING_INVOKES_PER_CALLER | 0 | gateway.limits.pendingInvokesPerCaller"
            + " must be a whole number from 1 to 100000",
        "KRABKRAB_LIMIT_CHAT_SUBSCRIPTIONS_PER_NODE | 100001 |"
            + " gateway.limits.chatSubscriptionsPerNode must be a whole number from 1 to 100000",
        "KRABKRAB_LIMIT_PENDING_APPROVALS_PER_CONNECTION | few |"
            + " gateway.limits.pendingApprovalsPerConnection must be a whole number from 1 to"
            + " 100000",
        "KRABKRAB_TLS_MIN_VERSION | 1.1 | gateway.tls.minVersion must be 1.2 or 1.3",
      })
  void aBadValueIsRefusedWithItsKeyAndOrigin(String name, String value, String problem) {
    assertThatThrownBy(() -> load(Map.of(), Map.of(name, value), "{}"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(problem + " (from environment " + name + ")");
  }

  @Test
  void aFilesValueOfTheWrongTypeIsRefused() {
    assertThatThrownBy(() -> load(Map.of(), Map.of(), "{\"gateway\":{\"port\":\"1\"}}"))
        .hasMessageEndingWith("(from the configuration file)");
    assertThatThrownBy(
            () -> load(Map.of(), Map.of(), "{\"gateway\":{\"tls\":{\"enabled\":\"yes\"}}}"))
        .hasMessage("gateway.tls.enabled must be true or false (from the configuration file)");
    assertThatThrownBy(() -> load(Map.of("port", "-1"), Map.of(), "{}"))
        .hasMessageEndingWith("(from flag --port)");
  }

  @Test
  void theManagementPortStaysOnLoopbackUnlessToldOtherwise() {
    Map<String, String> flags = Map.of("bind", "lan", "management-port", "9090");

    assertThat(load(flags, Map.of(), "{}").management())
        .isEqualTo(new ManagementSettings(9090, "127.0.0.1"));
    assertThat(load(flags, Map.of("KRABKRAB_MANAGEMENT_BIND", "::"), "{}").management())
        .isEqualTo(new ManagementSettings(9090, "::"));
  }

  @Test
  void nothingIsLocalInKubernetes() {
    Map<String, String> inside = Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1");

    assertThat(load(Map.of(), inside, "{}").localAutoApproval()).isFalse();
    assertThat(load(Map.of(), inside, "{\"gateway\":{\"localAutoApproval\":true}}"))
        .extracting(InstanceSettings::localAutoApproval)
        .isEqualTo(true);
  }

  @Test
  void anExposedPortNeedsAGuard() {
    InstanceSettings exposed = load(Map.of("bind", "0.0.0.0"), Map.of(), "{}");

    assertThatThrownBy(() -> exposed.requireGuard(false, false))
        .hasMessageContaining("0.0.0.0")
        .hasMessageContaining("gateway.auth.token");
    exposed.requireGuard(true, false);
    assertThatThrownBy(() -> exposed.requireGuard(false, true))
        .hasMessageContaining("0.0.0.0")
        .hasMessageContaining("--dangerously-open-to-network");
    load(Map.of("bind", "0.0.0.0"), Map.of("KRABKRAB_DANGEROUSLY_OPEN_TO_NETWORK", "true"), "{}")
        .requireGuard(false, true);
    load(Map.of("bind", "::1"), Map.of(), "{}").requireGuard(false, false);
    load(Map.of("bind", "::1"), Map.of(), "{}").requireGuard(false, true);
  }

  @Test
  void aPlaceholderIsNoSecret() {
    for (String text : List.of("(hidden)", "__OPENCLAW_REDACTED__", "***")) {
      for (String flag : List.of("token", "password")) {
        assertThatThrownBy(() -> InstanceSecrets.load(Map.of(flag, text), Map.of()))
            .isInstanceOf(InvalidSettingException.class)
            .hasMessageContaining("flag --" + flag + " is a placeholder");
      }
      for (String owner : List.of("KRABKRAB", "OPENCLAW", "CLAWDBOT", "MOLTBOT")) {
        for (String name : List.of("_GATEWAY_TOKEN", "_GATEWAY_PASSWORD")) {
          assertThatThrownBy(() -> InstanceSecrets.load(Map.of(), Map.of(owner + name, text)))
              .isInstanceOf(InvalidSettingException.class)
              .hasMessageContaining("environment " + owner + name + " is a placeholder");
        }
      }
    }
    assertThatThrownBy(
            () ->
                load(
                    Map.of("redis-url", "redis://h:1"),
                    Map.of("KRABKRAB_REDIS_PASSWORD", "(hidden)"),
                    "{}"))
        .hasMessageContaining("redis.password");
    assertThatThrownBy(() -> load(Map.of("redis-url", "redis://:(hidden)@h:1"), Map.of(), "{}"))
        .hasMessageContaining("redis.url");
  }

  @Test
  void variablesOfTheGatewayItselfAreNotAllowed() {
    assertThat(
            load(Map.of("env-allow", "MY_KEY, OTHER"), Map.of(), "{}")
                .trust()
                .variables()
                .allows("OTHER"))
        .isTrue();
    for (String bad : List.of("MOLTBOT_GATEWAY_TOKEN", "lower", "A B", "KRABKRAB_REDIS_URL")) {
      assertThatThrownBy(() -> load(Map.of("env-allow", bad), Map.of(), "{}"))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("gateway.envAllow")
          .hasMessageContaining("flag --env-allow");
    }
  }

  @Test
  void secretsMayComeFromFiles(@TempDir Path folder) throws Exception {
    Path url = Files.writeString(folder.resolve("url"), "rediss://:pw@h:1\n");
    Path token = Files.writeString(folder.resolve("token"), "tok\n");
    Path password = Files.writeString(folder.resolve("password"), "p w\r\n");

    assertThat(load(Map.of(), Map.of("KRABKRAB_REDIS_URL_FILE", url.toString()), "{}").redisUrl())
        .isEqualTo("rediss://:pw@h:1");
    assertThat(secrets(Map.of("KRABKRAB_GATEWAY_TOKEN_FILE", token.toString())).tokenOver(null))
        .isEqualTo("tok");
    assertThat(
            secrets(Map.of("KRABKRAB_GATEWAY_PASSWORD_FILE", password.toString()))
                .passwordOver(null))
        .isEqualTo("p w");
    assertThatThrownBy(
            () ->
                load(
                    Map.of(),
                    Map.of("KRABKRAB_REDIS_URL", "redis://h", "KRABKRAB_REDIS_URL_FILE", "/f"),
                    "{}"))
        .hasMessageContaining("given twice");
  }

  @Test
  void aSecretFileThatHoldsNoSecretIsNamed(@TempDir Path folder) throws Exception {
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    Path two = Files.writeString(folder.resolve("two"), "first\nsecond\n");
    String origin = " (from environment KRABKRAB_GATEWAY_TOKEN_FILE)";

    assertThatThrownBy(() -> secrets(Map.of("KRABKRAB_GATEWAY_TOKEN_FILE", "/nowhere")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("gateway.auth.token: cannot read /nowhere" + origin);
    assertThatThrownBy(() -> secrets(Map.of("KRABKRAB_GATEWAY_TOKEN_FILE", folder.toString())))
        .hasMessage("gateway.auth.token: cannot read " + folder + origin);
    assertThatThrownBy(() -> secrets(Map.of("KRABKRAB_GATEWAY_TOKEN_FILE", empty.toString())))
        .hasMessage("gateway.auth.token: " + empty + " is empty" + origin);
    assertThatThrownBy(() -> secrets(Map.of("KRABKRAB_GATEWAY_TOKEN_FILE", two.toString())))
        .hasMessage("gateway.auth.token: " + two + " must hold one line" + origin);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://h:1/2 | redis://:p%40ss%2F%3A+%25@h:1/2",
        "rediss://me@h:1 | rediss://me:p%40ss%2F%3A+%25@h:1",
        "redis://a:1,redis://b:2 | redis://:p%40ss%2F%3A+%25@a:1,redis://:p%40ss%2F%3A+%25@b:2",
        "redis+sentinel://a:1,b:2/main | redis+sentinel://:p%40ss%2F%3A+%25@a:1,b:2/main",
      })
  void aRedisPasswordOfItsOwnGoesIntoTheAddress(String url, String expected) {
    Map<String, String> environment =
        Map.of("KRABKRAB_REDIS_URL", url, "KRABKRAB_REDIS_PASSWORD", "p@ss/: %");

    assertThat(load(Map.of(), environment, "{}").redisUrl()).isEqualTo(expected);
  }

  @Test
  void aRedisPasswordNeedsOnePlace() {
    assertThatThrownBy(() -> load(Map.of(), Map.of("KRABKRAB_REDIS_PASSWORD", "hidden"), "{}"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("redis.password needs a redis.url");
    assertThatThrownBy(
            () ->
                load(
                    Map.of(),
                    Map.of(),
                    "{\"redis\":{\"url\":\"redis://:a@h\",\"password\":\"b\"}}"))
        .hasMessage("redis.password is given twice: on its own and in redis.url");
  }

  @Test
  void theEnvironmentCountsOnlyWhereTheDocumentSaysNothing() {
    InstanceSecrets environment = secrets(Map.of("krabkrab_GATEWAY_TOKEN", "env"));

    assertThat(environment.tokenOver(null)).isEqualTo("env");
    assertThat(environment.tokenOver("doc")).isNull();
    assertThat(environment.given()).isTrue();
    InstanceSecrets flag =
        InstanceSecrets.load(Map.of("token", "flag"), Map.of("OPENCLAW_GATEWAY_TOKEN", "env"));
    assertThat(flag.tokenOver("doc")).isEqualTo("flag");
    assertThat(flag.toString()).doesNotContain("flag", "env");
    assertThat(secrets(Map.of("CLAWDBOT_GATEWAY_PASSWORD", "p")).passwordOver(null)).isEqualTo("p");
    assertThat(secrets(Map.of()).given()).isFalse();
    assertThatThrownBy(() -> InstanceSecrets.load(Map.of("auth", "open"), Map.of()))
        .hasMessage("gateway.auth.mode must be token, password or none (from flag --auth)");
  }

  private static InstanceSecrets secrets(Map<String, String> environment) {
    return InstanceSecrets.load(Map.of(), environment);
  }

  private static InstanceSettings load(
      Map<String, String> flags, Map<String, String> environment, String file) {
    try {
      ObjectNode parsed = (ObjectNode) new ObjectMapper().readTree(file);
      return InstanceSettings.load(flags, environment, parsed, "ab12");
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theProxyIsOursOrThatOfOtherPrograms() {
    assertThat(load(Map.of(), Map.of(), "{}").egress()).isEqualTo(Egress.DIRECT);
    Egress usual =
        load(
                Map.of(),
                Map.of(
                    "https_proxy",
                    "http://ann:s3cret@one:3128",
                    "HTTP_PROXY",
                    "two:3129",
                    "no_proxy",
                    ".corp.test,10.0.0.0/8",
                    "KUBERNETES_SERVICE_HOST",
                    "172.20.0.1"),
                "{}")
            .egress();
    assertThat(usual.addresses()).containsExactly("one:3128", "two:3129");
    assertThat(usual.to(true, "api.test", 443)).hasToString("one:3128");
    assertThat(usual.to(false, "api.test", 80)).hasToString("two:3129");
    for (String straight : List.of("a.corp.test", "10.1.2.3", "172.20.0.1", "localhost")) {
      assertThat(usual.to(true, straight, 443)).as(straight).isNull();
    }
    Egress own =
        load(
                Map.of(),
                Map.of("HTTPS_PROXY", "http://one:3128", "NO_PROXY", "api.test"),
                "{\"gateway\":{\"proxy\":{\"url\":\"http://three:1\",\"noProxy\":[\"b.test\"]}}}")
            .egress();
    assertThat(own.addresses()).containsExactly("three:1");
    assertThat(own.to(true, "api.test", 443)).isNotNull();
    assertThat(own.to(true, "b.test", 443)).isNull();
    assertThat(
            load(
                    Map.of(),
                    Map.of("KRABKRAB_PROXY_URL", "none", "HTTPS_PROXY", "http://one:3128"),
                    "{}")
                .egress())
        .isEqualTo(Egress.DIRECT);
  }

  @Test
  void aProxyThatIsNoneIsRefusedByItsKeyAndWithoutItsPassword() {
    for (String bad : List.of("https://ann:s3cret@p:1", "socks5://ann:s3cret@p:1", "ann:s3cret@")) {
      for (String variable : List.of("KRABKRAB_PROXY_URL", "HTTPS_PROXY", "http_proxy")) {
        assertThatThrownBy(() -> load(Map.of(), Map.of(variable, bad), "{}"))
            .isInstanceOf(InvalidSettingException.class)
            .hasMessageStartingWith("gateway.proxy.url must be an address http://")
            .hasMessageContaining("environment " + variable.toUpperCase(Locale.ROOT))
            .message()
            .doesNotContain("s3cret");
      }
    }
    assertThatThrownBy(
            () ->
                load(
                    Map.of(),
                    Map.of(),
                    "{\"gateway\":{\"proxy\":{\"url\":\"http://ann:s3cret@p:1\"}}}"))
        .hasMessageContaining("gateway.proxy.url must be without user and password")
        .hasMessageContaining("KRABKRAB_PROXY_URL_FILE")
        .message()
        .doesNotContain("s3cret");
    for (Map<String, String> bad :
        List.of(
            Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "a,http://b"),
            Map.of("KRABKRAB_PROXY_URL", "http://p:1", "KRABKRAB_NO_PROXY", "10.0.0.0/99"))) {
      assertThatThrownBy(() -> load(Map.of(), bad, "{}"))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageStartingWith("gateway.proxy.noProxy must be names");
    }
  }

  @Test
  void theProxyProtocolIsOnlyForTrustedProxies() {
    assertThat(load(Map.of(), Map.of(), "{}").proxyProtocol()).isFalse();
    assertThat(load(Map.of(), Map.of("KRABKRAB_PROXY_PROTOCOL", "off"), "{}").proxyProtocol())
        .isFalse();
    assertThat(
            load(
                    Map.of(),
                    Map.of("KRABKRAB_TRUSTED_PROXIES", "10.0.0.0/8"),
                    "{\"gateway\":{\"proxyProtocol\":\"on\"}}")
                .proxyProtocol())
        .isTrue();
    assertThatThrownBy(() -> load(Map.of(), Map.of("KRABKRAB_PROXY_PROTOCOL", "on"), "{}"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("gateway.proxyProtocol must be off without gateway.trustedProxies");
    for (String bad : List.of("v2", "true", "ON")) {
      assertThatThrownBy(() -> load(Map.of(), Map.of("KRABKRAB_PROXY_PROTOCOL", bad), "{}"))
          .hasMessageStartingWith("gateway.proxyProtocol must be on or off");
    }
  }
}
