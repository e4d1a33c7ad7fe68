package dev.krabkrab.gateway.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisPrograms;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages' blocks, as the first operator of two instances runs them. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunbookIT {
  private static final Pattern DEVICE = Pattern.compile("device ([0-9a-f]{64})");
  private static final Map<String, String> POD = Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1");

  @TempDir private static Path folder;
  private static RedisProcess redis;
  private static TestGateway one;
  private static TestGateway two;
  private static Terminal terminal;

  /** The way of deploy.md: a Secret, pods, the first operator. */
  @BeforeAll
  static void deploy() throws Exception {
    terminal = Terminal.open(folder);
    redis = RedisProcess.startEmpty();
    terminal.set("REDISCLI_AUTH", password());
    terminal.redis("main", redis.port());
    terminal.run("secret", Map.of("<password>", "hidden"));
    String token = terminal.secret("token").strip();
    start(token);
    terminal.run("first-operator", Map.of("wss://<host>", one.url()));
    assertThat(terminal.file("token")).doesNotExist();
    terminal.set("KRABKRAB_GATEWAY_TOKEN", token);
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    redis.close();
  }

  private static void start(String token) {
    RedisSettings settings = RedisSettings.parse(redis.url(), "default");
    String config = "{gateway:{auth:{token:'" + token + "'}}}";
    one = TestGateway.start(settings, config, POD);
    two = TestGateway.start(settings, config, POD);
    terminal.set("KRABKRAB_GATEWAY_URL", two.url());
    terminal.set("POD_URL", one.url());
    terminal.set("POD_TOKEN", token);
    terminal.set("POD_REDIS", redis.url());
    terminal.set("POD_NAMESPACE", "default");
  }

  @Test
  @Order(1)
  void theSecretIsMadeAndReplaced() throws Exception {
    assertThat(terminal.secret("redis-url")).startsWith("rediss+sentinel://:hidden@redis-0:26379");
    String before = terminal.secret("token");

    terminal.run("shared-token");

    assertThat(terminal.secret("token")).isNotEqualTo(before).hasSize(65);
    assertThat(terminal.secret("redis-url")).startsWith("rediss+sentinel://:hidden@redis-0:26379");
    assertThat(terminal.file("token")).doesNotExist();
    Files.writeString(terminal.file("token"), before);
    Files.writeString(terminal.file("redis-url"), "rediss://:x@elsewhere:6380");
    terminal.run("redis-address");
    assertThat(terminal.secret("redis-url")).isEqualTo("rediss://:x@elsewhere:6380");
    assertThat(terminal.secret("token")).isEqualTo(before);
    assertThat(terminal.asked().getLast()).endsWith("rollout restart deploy/krabkrab-gateway");
    assertThat(terminal.run("version-in-pod")).contains("krabkrab");
    assertThat(terminal.run("look-inside")).contains("kk:default:{...}");
  }

  @Test
  @Order(1)
  void aRedisUserServesItsOwnGatewayAlone() throws Exception {
    assertThat(terminal.run("redis-user")).contains("OK");
    String url = "redis://gateway-blue:secret@127.0.0.1:" + redis.port();
    String config = "{gateway:{auth:{token:'token-of-blue'}}}";
    try (TestGateway blue = TestGateway.start(RedisSettings.parse(url, "blue"), config)) {
      terminal.shell(
          "its own gateway",
          "HOME=%s KRABKRAB_GATEWAY_TOKEN=token-of-blue krabkrab status --url %s"
              .formatted(Files.createDirectories(folder.resolve("blue")), blue.url()));
    }
    String others =
        RedisPrograms.ask(
            redis.port(), "gateway-blue secret", "GET kk:default:{keys}:device-tokens");
    assertThat(others).contains("NOPERM").doesNotContain("secret\"");
  }

  @Test
  @Order(2)
  void theAuditTrailIsReadAndPutAside() throws Exception {
    String device = operator("reader");
    assertThat(terminal.run("audit", Map.of("<device>", device)))
        .contains("device.paired", "entries are genuine");
    assertThat(terminal.file("audit.jsonl")).isNotEmptyFile();
    assertThat(terminal.run("audit-call")).contains("\"entries\"");

    terminal.run("audit-aside", Map.of("<namespace>", "default"));

    assertThat(terminal.shell("afterwards", "krabkrab audit verify")).doesNotContain("BROKEN");
  }

  @Test
  @Order(3)
  void whoGetsInIsSaid() throws Exception {
    terminal.run(
        "named-tokens",
        Map.of("<at least 16 characters>", "a".repeat(20), "<SHA-256 of it, hex>", "0".repeat(64)));
    assertThat(terminal.run("bootstrap")).contains("kkb_");
    String secrets = Files.createDirectories(folder.resolve("secrets")).toString();
    terminal.run("bootstrap-file", Map.of("/run/secrets", secrets));
    assertThat(Files.readString(Path.of(secrets, "krabkrab-bootstrap"))).startsWith("kkb_");
    terminal.run("bootstrap-use", Map.of("/run/secrets", secrets));
    String device = operator("autoscaled");
    terminal.run("forget", Map.of("<device>", device));
    assertThat(terminal.shell("afterwards", "krabkrab devices list")).doesNotContain(device);
  }

  @Test
  @Order(4)
  void somethingIsDecidedAndItsDeviceLost() throws Exception {
    String lost = operator("lost");
    String home = folder.resolve("lost").toString();
    terminal.shell(
        "an approval",
        """
        HOME=%s krabkrab call exec.approval.request '{"id":"X1","command":"ls","timeoutMs":60000}' --timeout 60s >asked.log 2>&1 &
        for try in 1 2 3 4 5 6 7 8 9; do
          if krabkrab approvals list | grep X1; then exit 0; fi
        done
        cat asked.log
        exit 1
        """
            .formatted(home));
    terminal.run("decide");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(Files.readString(terminal.file("asked.log"))).contains("\"deny\""));

    terminal.run("lost-1", Map.of("<device>", lost));
    terminal.shell("it tries", "HOME=" + home + " krabkrab status # refused");
    String list = terminal.shell("what waits", "krabkrab devices list --json");
    Matcher request = Pattern.compile("\"requestId\" ?: ?\"([^\"]+)\"").matcher(list);
    assertThat(request.find()).as(list).isTrue();
    terminal.run("lost-2", Map.of("<request>", request.group(1)));
    assertThat(terminal.run("lost-3", Map.of("<device>", lost)))
        .contains("device.removed", "approval.requested");
    terminal.shell("a new operator", "HOME=" + home + " krabkrab status # refused");
    terminal.run("lost-4");
    terminal.shell("it is in", "HOME=" + home + " krabkrab status");
  }

  @Test
  @Order(5)
  void aChatWritesOverTheWebhook() throws Exception {
    // Instances in this JVM do not have variables of their own.
    terminal.run(
        "webhook",
        Map.of(
            "https://chat.example.com/krabkrab", "https://127.0.0.1:1/",
            "${KRABKRAB_CHANNEL_WEBHOOK_SECRET}", "0123456789abcdef0123456789abcdef"));
    Map<String, String> here = Map.of("http://127.0.0.1:18789", "http://127.0.0.1:" + one.port());
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(terminal.run("webhook-message", here)).contains("\"ok\":true"));
  }

  /** Last, since in the end nobody gets in by what was known before. */
  @Test
  @Order(6)
  void keysAreChanged() throws Exception {
    String device = operator("rotated");
    terminal.run("device-token", Map.of("<device>", device));
    terminal.run("token-in-document");
    String shown =
        terminal.shell("the token", "krabkrab config get gateway.auth.token --show-secrets");
    Matcher token = Pattern.compile("[0-9a-f]{64}").matcher(shown);
    assertThat(token.find()).as(shown).isTrue();

    String before = redis.tell("GET kk:default:{keys}:device-tokens");
    terminal.run("signing-keys");
    assertThat(redis.tell("GET kk:default:{keys}:device-tokens")).isNotEqualTo(before);
    one.close();
    two.close();
    start(token.group());
    terminal.set("KRABKRAB_GATEWAY_TOKEN", token.group());
    terminal.shell("with the shared token", "krabkrab status");

    terminal.run("redis-password", Map.of("<old", "<" + password()));
    terminal.set("REDISCLI_AUTH", "new");
    assertThat(terminal.shell("with the new one", "redis-cli PING")).contains("PONG");
  }

  /** Pairs one more device, whose home has this name; its id. */
  private static String operator(String name) throws Exception {
    Path home = Files.createDirectories(folder.resolve(name));
    terminal.shell(
        "asks", "HOME=" + home + " krabkrab devices list --scopes operator.admin # refused");
    String said = terminal.shell("is approved", "krabkrab devices approve --latest");
    Matcher device = DEVICE.matcher(said);
    assertThat(device.find()).as(said).isTrue();
    return device.group(1);
  }

  private static String password() {
    String url = redis.url();
    return url.substring(url.indexOf(':', 8) + 1, url.indexOf('@'));
  }
}
