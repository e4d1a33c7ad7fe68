package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.channel.TelegramServer;
import dev.krabkrab.gateway.platform.net.LittleProxy;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two instances that reach what is outside through a proxy that asks for a password. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EgressIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String PASSWORD = "s3cret-of-the-proxy";
  private static final String TRUST_PASSWORD = "changeit";

  private final Vertx vertx = Vertx.vertx();
  private final ModelServer models = new ModelServer();
  private final TelegramServer telegram = new TelegramServer();
  private final SelfSignedCertificate certificate = SelfSignedCertificate.create("models.test");
  private final LittleProxy proxy = new LittleProxy();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private OtlpCollector collector;
  private GatewayProcesses gateways;
  private Peer a;
  private Peer b;

  private Path folder;

  @BeforeAll
  void start(@TempDir Path given) throws Exception {
    folder = given;
    collector = OtlpCollector.start();
    int plainPort = URI.create(models.url()).getPort();
    NetServer secure =
        vertx
            .createNetServer(
                new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()))
            .connectHandler(socket -> pass(socket, plainPort))
            .listen(0, "127.0.0.1")
            .await();
    proxy
        .knows("models.test:443", secure.actualPort())
        .knows("telegram.test:80", URI.create(telegram.url()).getPort())
        .knows("otlp.test:4318", URI.create(collector.endpoint()).getPort())
        .wants("Basic " + base64("ann:" + PASSWORD));
    Map<String, String> environment =
        new HashMap<>(
            GatewayProcesses.configured(
                folder,
                models.document("words-5-10").replace(models.url(), "https://models.test/v1")
                    + ",channels:{telegram:{allowFrom:[77],"
                    + telegram.settings().replace(telegram.url(), "http://telegram.test")
                    + "}}"));
    environment.put("HTTPS_PROXY", proxy.url("ann", PASSWORD));
    environment.put("http_proxy", proxy.url("ann", PASSWORD));
    environment.put("NO_PROXY", ".corp.test");
    environment.put("KRABKRAB_OTLP_ENDPOINT", "http://otlp.test:4318");
    environment.put(
        "JAVA_TOOL_OPTIONS",
        "-Djavax.net.ssl.trustStore="
            + trust()
            + " -Djavax.net.ssl.trustStorePassword="
            + TRUST_PASSWORD);
    gateways = GatewayProcesses.over(RedisProcess.startEmpty());
    gateways.add(environment);
    gateways.add(environment);
    gateways.awaitAll();
    a = gateways.admin(0);
    b = gateways.admin(1);
  }

  private void pass(NetSocket socket, int port) {
    socket.pause();
    vertx
        .createNetClient()
        .connect(port, "127.0.0.1")
        .onSuccess(
            there -> {
              socket.handler(
                  sent -> {
                    shown.add(sent.toString(StandardCharsets.ISO_8859_1));
                    there.write(sent);
                  });
              socket.closeHandler(gone -> there.close());
              socket.resume();
              there.pipeTo(socket);
            })
        .onFailure(away -> socket.close());
  }

  private Path trust() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(Path.of(certificate.certificatePath()))) {
      store.setCertificateEntry(
          "models", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    Path file = folder.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, TRUST_PASSWORD.toCharArray());
    }
    return file;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @AfterAll
  void stop() throws Exception {
    a.close();
    b.close();
    gateways.close();
    collector.close();
    proxy.close();
    models.close();
    telegram.close();
    vertx.close().await();
    certificate.delete();
  }

  @Test
  void aModelIsAskedThroughATunnel() {
    for (Peer peer : new Peer[] {a, b}) {
      String run = "r-" + UUID.randomUUID();
      peer.ok(
          "chat.send",
          Json.text(
              Json.object()
                  .put("sessionKey", "agent:main:" + run)
                  .put("message", "hi")
                  .put("idempotencyKey", run)));
      JsonNode end =
          peer.event(
              "chat",
              event ->
                  event.path("runId").asText().equals(run)
                      && !event.path("state").asText().equals("delta"));
      assertThat(end.path("state").asText()).as("%s", end).isEqualTo("final");
    }
    assertThat(proxy.asked()).contains("CONNECT models.test:443");
    assertThat(String.join("", shown))
        .contains("POST /v1/chat/completions")
        .doesNotContainIgnoringCase("proxy-authorization");
    assertThat(models.keys()).isNotEmpty().allMatch(key -> key.equals("Bearer sk-test"));
  }

  @Test
  void aChannelAndTheTracesGoThroughIt() {
    String text = "hello " + UUID.randomUUID();
    telegram.write(77, "Ann", text);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(telegram.said()).anyMatch(said -> said.startsWith("77: ")));
    a.ok("health", "{}");
    collector.span("rpc health", span -> true);
    assertThat(proxy.asked())
        .anyMatch(line -> line.startsWith("POST http://telegram.test/"))
        .contains("POST http://otlp.test:4318/v1/traces");
  }

  @Test
  void theProxyIsSaidAndItsPasswordIsNot() {
    for (int instance = 0; instance < 2; instance++) {
      String log = gateways.log(instance, StandardCharsets.UTF_8);
      assertThat(log)
          .containsPattern("Proxy +" + proxy.address() + ", for what is outside")
          .doesNotContain(PASSWORD)
          .doesNotContain(base64("ann:" + PASSWORD));
    }
    assertThat(a.ok("config.get", "{}").toString()).doesNotContain(PASSWORD);
  }
}
