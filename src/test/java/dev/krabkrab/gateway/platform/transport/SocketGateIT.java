package dev.krabkrab.gateway.platform.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is let to a port, who makes room, and what bodies may take; with six strangers at most. */
@Timeout(60)
class SocketGateIT {
  private static final int MOST = 6;
  private static final int OF_ADDRESS = 4;
  private static final String UPGRADE =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  private static final Caller CALLER =
      new Caller(
          "c",
          ProtocolVersion.V4,
          Caller.OPERATOR,
          Set.of(),
          "dev",
          "test",
          "test",
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

  private final Vertx vertx = Vertx.builder().withTransport(GuardedTransport.best()).build();
  private final AtomicLong ahead = new AtomicLong();
  private volatile Instant stopped;
  private final InstantSource clock = this::now;
  private final List<String> counted = new CopyOnWriteArrayList<>();
  private final List<Connection> opened = new CopyOnWriteArrayList<>();
  private final List<HttpServerRequest> unanswered = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final BodyBudget bodies = new BodyBudget(100_000);
  private final SocketGate gate =
      new SocketGate(
          MOST,
          OF_ADDRESS,
          from -> from.getHostAddress().equals("127.0.0.9") ? null : from.getHostAddress(),
          new Counts(),
          clock);
  private int port;

  private Instant now() {
    Instant at = stopped;
    return (at == null ? Instant.now() : at).plusMillis(ahead.get());
  }

  private final class Counts implements SocketMetrics {
    @Override
    public void delivered(EventType type) {}

    @Override
    public void dropped(EventType type) {}

    @Override
    public void closedSlow() {}

    @Override
    public void cut(Cut reason) {
      counted.add(reason.name());
    }
  }

  @BeforeEach
  void start() throws Exception {
    LocalConnections connections = new LocalConnections(clock, new Random(1));
    ConnectionListener listener =
        new ConnectionListener() {
          @Override
          public void opened(Connection connection) {
            opened.add(connection);
          }

          @Override
          public void message(Connection connection, byte[] utf8) {}

          @Override
          public void closed(Connection connection) {}
        };
    vertx
        .deployVerticle(
            context -> {
              PlainSockets plain =
                  new PlainSockets(
                      vertx, PlainLimits.DEFAULTS, bodies, 1_000_000, new Counts(), clock);
              return new SocketServer(
                      vertx,
                      SocketServer.baseOptions().setPort(0).setHost("127.0.0.1"),
                      connections.openLoop(vertx),
                      new SocketServer.Handlers(listener, this::handle),
                      new SocketServer.Bounds(plain, gate),
                      new SocketServer.Instruments(
                          new Counts(), () -> UUID.randomUUID().toString(), clock))
                  .listen()
                  .onSuccess(http -> port = http.actualPort());
            })
        .await(30, TimeUnit.SECONDS);
  }

  /** Never answers what is posted to it. */
  private void handle(HttpServerRequest request) {
    if ("/wait".equals(request.path())) {
      request.handler(piece -> {});
      unanswered.add(request);
    } else {
      request.response().end("ok");
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private Socket open(String from) throws IOException {
    ahead.addAndGet(10);
    Socket socket = new Socket();
    socket.setSoTimeout(30_000);
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    sockets.add(socket);
    return socket;
  }

  private Socket open(String from, String what) throws IOException {
    Socket socket = open(from);
    socket.getOutputStream().write(what.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  private void opened(int count) {
    await().untilAsserted(() -> assertThat(gate.open()).isEqualTo(count));
  }

  private static boolean isOpen(Socket socket) throws IOException {
    socket.setSoTimeout(200);
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException open) {
      return true;
    } catch (IOException reset) {
      return false;
    }
  }

  private static void closed(Socket socket) {
    await().pollDelay(Duration.ZERO).until(() -> !isOpen(socket));
  }

  private int count(SocketMetrics.Cut reason) {
    return Collections.frequency(counted, reason.name());
  }

  @Test
  void anAddressHasItsPartAndAProxyHasNone() throws IOException {
    for (int i = 0; i < OF_ADDRESS; i++) {
      open("127.0.0.1");
    }
    opened(OF_ADDRESS);
    assertThat(gate.mostOfAddress()).isEqualTo(OF_ADDRESS);

    closed(open("127.0.0.1"));
    assertThat(count(SocketMetrics.Cut.ADDRESS)).isEqualTo(1);
    assertThat(isOpen(open("127.0.0.2"))).isTrue();
    sockets.getFirst().close();
    opened(OF_ADDRESS);
    assertThat(isOpen(open("127.0.0.1"))).isTrue();
  }

  @Test
  void theOneThatWaitedLongestMakesRoomAndYoungOnesDoNot() throws IOException {
    stopped = Instant.now();
    List<Socket> first = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      first.add(open("127.0.0.9"));
      opened(i + 1);
    }
    closed(open("127.0.0.9"));
    assertThat(count(SocketMetrics.Cut.FULL)).isEqualTo(1);

    ahead.addAndGet(2_000);
    assertThat(isOpen(open("127.0.0.9"))).isTrue();
    closed(first.getFirst());
    assertThat(isOpen(first.get(1))).isTrue();
    opened(MOST);
  }

  @Test
  void whoIsAnsweredMakesNoRoom() throws IOException {
    stopped = Instant.now();
    String post = "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    List<Socket> busy = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      busy.add(open("127.0.0.9", post));
    }
    await().until(() -> unanswered.size() == MOST);
    ahead.addAndGet(2_000);
    closed(open("127.0.0.9"));
    for (Socket socket : busy) {
      assertThat(isOpen(socket)).isTrue();
    }
    for (HttpServerRequest request : unanswered) {
      vertx.runOnContext(now -> request.response().end("ok"));
    }
    await()
        .untilAsserted(
            () -> {
              ahead.addAndGet(2_000);
              assertThat(isOpen(open("127.0.0.9"))).isTrue();
            });
  }

  @Test
  void whoHasUpgradedIsCountedUntilItsClientIsLetIn() throws IOException {
    stopped = Instant.now();
    List<Socket> strangers = new ArrayList<>();
    for (int i = 0; i < OF_ADDRESS; i++) {
      strangers.add(open("127.0.0.1", UPGRADE));
      upgraded(i + 1);
    }
    assertThat(gate.open()).isEqualTo(OF_ADDRESS);
    closed(open("127.0.0.1"));

    on(opened.get(0), connection -> connection.ready(CALLER));
    opened(OF_ADDRESS - 1);
    strangers.add(open("127.0.0.1", UPGRADE));
    upgraded(OF_ADDRESS + 1);
    on(opened.get(1), Connection::authenticating);
    on(opened.get(3), connection -> connection.close(CloseReason.SILENT));
    open("127.0.0.9");
    open("127.0.0.9");
    opened(MOST);
    ahead.addAndGet(2_000);
    for (int i = 0; i < 3; i++) {
      assertThat(isOpen(open("127.0.0.9"))).isTrue();
    }

    opened(MOST);
    assertThat(count(SocketMetrics.Cut.FULL)).isEqualTo(3);
    assertThat(opened.get(0).isOpen()).as("let in").isTrue();
    assertThat(opened.get(1).isOpen()).as("being answered").isTrue();
    await().untilAsserted(() -> assertThat(opened.get(2).isOpen()).isFalse());
  }

  @Test
  void whoComesOverAProxyIsCountedByTheClientThatItNames() throws IOException {
    for (int i = 0; i <= OF_ADDRESS; i++) {
      open("127.0.0.9", UPGRADE);
      upgraded(i + 1);
    }
    for (int i = 0; i < OF_ADDRESS; i++) {
      assertThat(SocketGate.countAs(opened.get(i), () -> "one")).isTrue();
    }
    assertThat(gate.mostOfAddress()).isEqualTo(OF_ADDRESS);
    Connection last = opened.get(OF_ADDRESS);
    assertThat(SocketGate.countAs(last, () -> "one")).isFalse();
    assertThat(SocketGate.countAs(last, () -> null)).isTrue();
    assertThat(SocketGate.countAs(last, () -> "other")).isTrue();

    sockets.getFirst().close();
    opened(OF_ADDRESS);
    assertThat(gate.mostOfAddress()).isEqualTo(OF_ADDRESS - 1);
    open("127.0.0.1", UPGRADE);
    upgraded(OF_ADDRESS + 2);
    assertThat(SocketGate.countAs(opened.getLast(), () -> "one")).isTrue();
    assertThat(gate.mostOfAddress()).as("counted by its peer").isEqualTo(OF_ADDRESS - 1);
  }

  private void upgraded(int count) {
    await().untilAsserted(() -> assertThat(opened).hasSize(count));
  }

  private static void on(Connection connection, Consumer<Connection> action) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    connection.execute(
        () -> {
          action.accept(connection);
          done.complete(null);
        });
    done.join();
  }

  @Test
  void bodiesTakeSoMuchTogetherAndOneMayBeLarger() throws IOException {
    String post = "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
    Socket large = open("127.0.0.9", post + "x".repeat(300_000));
    await().untilAsserted(() -> assertThat(bodies.taken()).isEqualTo(300_000));
    Socket second = open("127.0.0.9", post + "x".repeat(1_000));

    byte[] answer = second.getInputStream().readAllBytes();
    assertThat(new String(answer, StandardCharsets.ISO_8859_1))
        .startsWith("HTTP/1.1 503 ")
        .containsIgnoringCase("retry-after: 2")
        .containsIgnoringCase("connection: close");
    assertThat(count(SocketMetrics.Cut.BODIES)).isEqualTo(1);
    assertThat(isOpen(large)).isTrue();
    large.close();
    await().untilAsserted(() -> assertThat(bodies.taken()).isZero());
  }

  @Test
  void requestsFarAheadOfTheirAnswersAndTinyPiecesEndTheSocket() throws IOException {
    String get = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
    closed(open("127.0.0.9", get.repeat(100)));
    String chunked = "POST /wait HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    closed(open("127.0.0.9", chunked + "1\r\nx\r\n".repeat(3_000)));
    assertThat(count(SocketMetrics.Cut.FLOOD)).isEqualTo(2);
    await().untilAsserted(() -> assertThat(bodies.taken()).isZero());
    opened(0);
  }

  @Test
  void whoIsLateIsEndedByTheReason() throws IOException {
    Socket silent = open("127.0.0.9");
    Socket kept = open("127.0.0.9", "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    Socket body = open("127.0.0.9", "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    opened(3);
    await().until(() -> unanswered.size() == 1);
    await().until(() -> kept.getInputStream().available() > 0);
    ahead.addAndGet(PlainLimits.DEFAULTS.headerTimeoutMs());
    closed(silent);
    ahead.addAndGet(PlainLimits.DEFAULTS.keepAliveTimeoutMs());
    assertThat(new String(body.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
        .startsWith("HTTP/1.1 408 ");
    await().untilAsserted(() -> assertThat(gate.open()).isZero());
    assertThat(counted).containsExactlyInAnyOrder("HEADER_TIMEOUT", "IDLE", "BODY_TIMEOUT");
  }
}
