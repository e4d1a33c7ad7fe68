package dev.krabkrab.gateway.platform.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The way out through a real proxy. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EgressTest {
  private static final String PUBLIC = "93.184.216.34";
  private static final int CONNECT_MS = 10_000;

  private final Vertx vertx = Vertx.vertx();
  private final SelfSignedCertificate certificate = SelfSignedCertificate.create("api.test");
  private final List<String> leaked = new CopyOnWriteArrayList<>();
  private HttpServer plain;
  private HttpServer secure;
  private LittleProxy proxy;

  @BeforeAll
  void serve() {
    plain = serve(new HttpServerOptions());
    secure =
        serve(new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()));
  }

  private HttpServer serve(HttpServerOptions options) {
    return vertx
        .createHttpServer(options)
        .requestHandler(this::answer)
        .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
        .listen(0, "127.0.0.1")
        .await();
  }

  private void answer(HttpServerRequest request) {
    request
        .headers()
        .names()
        .forEach(
            name -> {
              if (name.regionMatches(true, 0, "proxy-", 0, 6)) {
                leaked.add(name);
              }
            });
    request
        .body()
        .onSuccess(
            body ->
                request
                    .response()
                    .end(
                        (request.isSSL() ? "secure " : "plain ")
                            + request.authority()
                            + request.uri()
                            + " "
                            + body));
  }

  @BeforeEach
  void open() {
    proxy =
        new LittleProxy()
            .knows("api.test:443", secure.actualPort())
            .knows("api.test:80", plain.actualPort())
            .knows(PUBLIC + ":443", secure.actualPort())
            .knows(PUBLIC + ":80", plain.actualPort());
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @AfterAll
  void stop() {
    vertx.close().await();
    certificate.delete();
  }

  private BoundedHttp http(Egress egress, int connectMs) {
    HttpClientOptions options = new HttpClientOptions().setTrustOptions(certificate.trustOptions());
    return new BoundedHttp(vertx, egress, options, new PoolOptions(), connectMs);
  }

  private String ask(Egress egress, String url) {
    return ask(egress, url, 20_000);
  }

  private String ask(Egress egress, String url, long timeoutMs) {
    BoundedHttp http = http(egress, CONNECT_MS);
    try {
      return http.ask(
              url,
              new RequestOptions().setMethod(HttpMethod.POST),
              Buffer.buffer("hello"),
              new BoundedHttp.Bounds(timeoutMs, 10_000))
          .map(answer -> answer.status() + " " + answer.body())
          .await();
    } finally {
      http.close();
    }
  }

  @Test
  void aSecureRequestGoesThroughATunnel() {
    assertThat(ask(proxy.egress(), "https://api.test/a?b=c"))
        .isEqualTo("200 secure api.test/a?b=c hello");
    assertThat(proxy.asked()).containsExactly("CONNECT api.test:443");
  }

  @Test
  void aPlainRequestIsForwarded() {
    assertThat(ask(proxy.egress(), "http://api.test/a?b=c"))
        .isEqualTo("200 plain api.test:80/a?b=c hello");
    assertThat(proxy.asked()).containsExactly("POST http://api.test/a?b=c");
  }

  @Test
  void theUserIsShownToTheProxyAlone() {
    HttpProxy known = HttpProxy.parse("http://ann:s%20ecret@proxy");
    proxy.wants(known.authorization());
    Egress egress = proxy.egressBy(proxy.url("ann", "s%20ecret"));
    assertThat(ask(egress, "https://api.test/a")).startsWith("200 secure");
    assertThat(ask(egress, "http://api.test/a")).startsWith("200 plain");
    assertThat(proxy.shown()).contains(known.authorization());
    assertThat(leaked).isEmpty();
  }

  @Test
  void aProxyThatKnowsNoSuchUserIsNamed() {
    proxy.wants("Basic other");
    Egress egress = proxy.egressBy(proxy.url("ann", "secret-word"));
    for (String url : List.of("https://api.test/", "http://api.test/")) {
      assertThatThrownBy(() -> ask(egress, url))
          .isInstanceOf(ProxyFailure.class)
          .hasMessage(
              "no way through the proxy "
                  + proxy.address()
                  + ", which asks for another user and password (status 407)");
    }
  }

  @Test
  void aProxyThatRefusesIsNamed() {
    proxy.refuses(403);
    assertThatThrownBy(() -> ask(proxy.egress(), "https://api.test/"))
        .isInstanceOf(ProxyFailure.class)
        .hasMessage("no way through the proxy " + proxy.address() + ", which refuses (status 403)");
  }

  @Test
  void aProxyThatIsNotThereIsNamed() {
    Egress gone = proxy.egress();
    String address = proxy.address();
    proxy.close();
    try {
      for (String url : List.of("https://api.test/", "http://api.test/")) {
        assertThatThrownBy(() -> ask(gone, url))
            .isInstanceOf(ProxyFailure.class)
            .hasMessage("no way through the proxy " + address);
      }
    } finally {
      open();
    }
  }

  @Test
  void aProxyThatHangsIsWaitedForSoLong() {
    proxy.hangs(true);
    assertThatThrownBy(() -> ask(proxy.egress(), "https://api.test/", 300))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("no answer in time through the proxy " + proxy.address());
    assertThatThrownBy(() -> ask(proxy.egress(), "http://api.test/", 300))
        .isInstanceOf(TimeoutException.class);
    BoundedHttp impatient = http(proxy.egress(), 300);
    assertThatThrownBy(
            () ->
                impatient
                    .ask(
                        "https://api.test/",
                        new RequestOptions(),
                        Buffer.buffer(),
                        new BoundedHttp.Bounds(30_000, 1))
                    .await())
        .isInstanceOf(ProxyFailure.class)
        .hasMessageStartingWith("no way through the proxy " + proxy.address());
  }

  @Test
  void whatIsExceptedGoesStraight() {
    String here = "http://127.0.0.1:" + plain.actualPort() + "/x";
    assertThat(ask(proxy.egress(), here)).startsWith("200 plain");
    assertThat(ask(proxy.egress(), here.replace("127.0.0.1", "localhost"))).startsWith("200 plain");
    assertThatThrownBy(() -> ask(proxy.egress("api.test"), "http://api.test/"))
        .isNotInstanceOf(ProxyFailure.class);
    assertThat(proxy.asked()).isEmpty();
  }

  /** A name that was looked up and judged is not looked up again by the proxy. */
  @Test
  void aTargetWithAnAddressIsAskedForByThatAddress() {
    BoundedHttp http = http(proxy.egress(), CONNECT_MS);
    for (boolean tls : new boolean[] {true, false}) {
      int port = tls ? 443 : 80;
      RequestOptions request =
          new RequestOptions()
              .setServer(SocketAddress.inetSocketAddress(port, PUBLIC))
              .setHost("api.test")
              .setPort(port)
              .setSsl(tls)
              .setURI("/p");
      assertThat(
              http.ask(request, Buffer.buffer(), new BoundedHttp.Bounds(20_000, 1_000))
                  .map(answer -> answer.body().toString())
                  .await())
          .isEqualTo((tls ? "secure" : "plain") + " api.test/p ");
    }
    assertThat(proxy.asked())
        .containsExactly("CONNECT " + PUBLIC + ":443", "CONNECT " + PUBLIC + ":80");
    http.close();
  }

  @Test
  void anExceptedAddressOfANameGoesStraight() {
    BoundedHttp http = http(proxy.egress(), CONNECT_MS);
    RequestOptions request =
        new RequestOptions()
            .setServer(SocketAddress.inetSocketAddress(plain.actualPort(), "127.0.0.1"))
            .setHost("api.test")
            .setPort(plain.actualPort())
            .setSsl(false)
            .setURI("/p");
    assertThat(
            http.ask(request, Buffer.buffer(), new BoundedHttp.Bounds(20_000, 1_000))
                .map(BoundedHttp.Answer::status)
                .await())
        .isEqualTo(200);
    assertThat(proxy.asked()).isEmpty();
  }

  @Test
  void webSocketsGoThroughTunnels() throws Exception {
    proxy.wants("Basic YW5uOnB3");
    Egress egress = proxy.egressBy(proxy.url("ann", "pw"));
    BoundedSockets sockets =
        new BoundedSockets(
            vertx,
            egress,
            new WebSocketClientOptions().setTrustOptions(certificate.trustOptions()),
            CONNECT_MS);
    for (String url : List.of("wss://api.test/s", "ws://api.test/s")) {
      WebSocket socket = sockets.open(url).await();
      CompletableFuture<String> echo = new CompletableFuture<>();
      socket.textMessageHandler(echo::complete);
      socket.writeTextMessage("ping").await();
      await().atMost(Duration.ofSeconds(20)).until(echo::isDone);
      assertThat(echo.get()).isEqualTo("ping");
      socket.close().await();
    }
    assertThat(proxy.asked()).containsExactly("CONNECT api.test:443", "CONNECT api.test:80");
    proxy.refuses(403);
    assertThatThrownBy(() -> sockets.open("wss://api.test/s").await())
        .isInstanceOf(ProxyFailure.class)
        .hasMessage("no way through the proxy " + proxy.address() + ", which refuses (status 403)");
    sockets.close();
  }
}
