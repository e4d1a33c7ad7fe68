package dev.krabkrab.gateway.platform.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Callers;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets against the transport alone: every message is answered with its length. */
@Timeout(60)
class SocketServerIT {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong ahead = new AtomicLong();
  private final InstantSource clock = () -> Instant.now().plusMillis(ahead.get());
  private final LocalConnections connections = new LocalConnections(clock, new Random(1));
  private final List<Connection> opened = new CopyOnWriteArrayList<>();
  private final List<String> closed = new CopyOnWriteArrayList<>();
  private final List<String> counted = new CopyOnWriteArrayList<>();
  private int port;

  @BeforeEach
  void start() throws Exception {
    port =
        vertx
            .deployVerticle(
                context -> {
                  SocketServer server =
                      new SocketServer(
                          vertx,
                          SocketServer.baseOptions().setPort(0).setHost("127.0.0.1"),
                          connections.openLoop(vertx),
                          new SocketServer.Handlers(
                              new Lengths(),
                              request -> request.response().setStatusCode(404).end()),
                          new SocketServer.Instruments(
                              new Counts(), () -> UUID.randomUUID().toString(), clock));
                  return server.listen().onSuccess(http -> port = http.actualPort());
                })
            .map(id -> port)
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void anyPathAndQueryUpgrade() {
    for (String path : List.of("/", "/ws", "/a/b?token=x")) {
      assertThat(connect(path).socket.isOutputClosed()).isFalse();
    }
  }

  @Test
  void theFirstOfferedSubprotocolIsSelected() {
    Client client = new Client();
    client.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .subprotocols("one", "two")
            .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), client)
            .join();
    assertThat(client.socket.getSubprotocol()).isEqualTo("one");
  }

  @Test
  void textBinaryAndFragmentsAreOneMessageEach() {
    Client client = connect("/");
    client.socket.sendText("12345", true).join();
    client.socket.sendBinary(ByteBuffer.wrap(new byte[7]), true).join();
    client.socket.sendText("ab", false).join();
    client.socket.sendText("cd", false).join();
    client.socket.sendText("e", true).join();
    await().untilAsserted(() -> assertThat(client.texts).containsExactly("5", "7", "5"));
  }

  @Test
  void aStrangerMaySendSixtyFourKibibytes() {
    Client client = connect("/");
    client.socket.sendText("x".repeat(64 * 1024), true).join();
    await().untilAsserted(() -> assertThat(client.texts).containsExactly("65536"));
    client.socket.sendText("x".repeat(64 * 1024 + 1), true).join();
    client.expectClose(1009, "preauth payload too large");
  }

  @Test
  void theLimitCountsTheWholeMessageNotItsFragments() {
    Client client = connect("/");
    client.socket.sendText("x".repeat(40_000), false).join();
    client.socket.sendText("x".repeat(40_000), true).join();
    client.expectClose(1009, "preauth payload too large");
  }

  @Test
  void afterTheHandshakeTheLimitOfTheVersionApplies() {
    Client client = connect("/");
    ready(only());
    client.socket.sendText("x".repeat(512 * 1024), true).join();
    await().untilAsserted(() -> assertThat(client.texts).containsExactly("524288"));
    client.socket.sendText("x".repeat(512 * 1024 + 1), true).join();
    client.expectClose(1009, "");
  }

  @Test
  void aHandshakeThatTakesTooLongIsClosedWithoutAWord() {
    Client client = connect("/");
    ahead.set(LoopConnections.HANDSHAKE_TIMEOUT_MS);
    client.expectClose(1000, "");
  }

  /** Its handshake ends when those to be sent away were listed already. */
  @Test
  void whoComesInDuringADrainIsSentAwayToo() throws Exception {
    Client first = connect("/");
    ready(only());
    Client late = connect("/");
    Connection comes = opened.get(1);
    comes.execute(() -> comes.ready(caller(comes.id())));
    await().until(() -> comes.caller() != null);
    Drain drain = new Drain(vertx, connections, (caller, waitMs) -> Future.succeededFuture());
    Promise<Void> drained = Promise.promise();
    vertx.runOnContext(
        now -> {
          drain.run(TimeUnit.HOURS.toMillis(1)).onComplete(drained);
          connections.enter(comes, Integer.MAX_VALUE);
        });
    first.expectClose(1012, "service restart");
    late.expectClose(1012, "service restart");
    drained.future().await(30, TimeUnit.SECONDS);
  }

  @Test
  void eventsAreNumberedPerConnectionWithoutAHole() {
    Client first = connect("/");
    ready(only());
    connections.broadcast(tick(1));
    await().until(() -> first.texts.size() == 1);
    Client second = connect("/");
    ready(opened.get(1));
    connections.broadcast(tick(2));
    connections.broadcast(approval());
    connections.broadcast(tick(3));
    await().untilAsserted(() -> assertThat(first.seqs()).containsExactly(1L, 2L, 3L, 4L));
    await().untilAsserted(() -> assertThat(second.seqs()).containsExactly(1L, 2L));
  }

  @Test
  void aClientThatDoesNotReadIsClosedWhenAnEventMayNotBeDropped() {
    Client slow = new Client();
    slow.paused = true;
    slow.open("/");
    await().until(() -> opened.size() == 1);
    ready(only());
    Client other = connect("/");
    ready(opened.get(1));
    String pad = "x".repeat(400_000);
    for (int i = 0; i < 40; i++) {
      JsonText payload = JsonText.of(Json.object().put("pad", pad));
      connections.broadcast(EncodedEvent.of(EventType.PRESENCE, payload));
      int received = i + 1;
      await().until(() -> other.texts.size() == received);
    }
    assertThat(only().pendingBytes()).isLessThan(3 * 1024 * 1024);
    ConnectionStats survey = connections.survey();
    assertThat(survey.operators()).isEqualTo(2);
    assertThat(survey.backlogged()).isEqualTo(1);
    assertThat(survey.largestBytes()).isEqualTo(survey.pendingBytes()).isGreaterThan(1_500_000);
    connections.broadcast(EncodedEvent.of(EventType.HEALTH, JsonText.of("{}")));
    await().until(() -> !only().isOpen());
    slow.resume();
    slow.expectClose(1008, "slow consumer");
    assertThat(slow.seqs()).startsWith(1L, 2L).isSorted().doesNotHaveDuplicates();
    assertThat(slow.texts).hasSizeLessThan(40);
    await().untilAsserted(() -> assertThat(other.texts).hasSize(41));
    assertThat(counts("dropped presence")).isPositive();
    assertThat(counts("delivered presence") + counts("dropped presence")).isEqualTo(80);
    assertThat(counts("delivered health")).isEqualTo(1);
    assertThat(counts("closed slow")).isEqualTo(1);
  }

  @Test
  void pingsAreAnsweredAndMoreOfThemThanAnybodyNeedsEndTheSocket() {
    Client client = connect("/");
    for (int i = 0; i < 20; i++) {
      client.socket.sendPing(ByteBuffer.wrap(new byte[] {(byte) i})).join();
    }
    await().until(() -> client.pongs.size() == 20);
    assertThat(client.pongs).startsWith("0", "1", "2").endsWith("19");
    for (int i = 0; i < 400 && client.close.isEmpty(); i++) {
      client.socket.sendPing(ByteBuffer.allocate(1)).exceptionally(gone -> client.socket).join();
    }
    client.expectClose(1008, "too many small frames");
    assertThat(counts("cut FLOOD")).isEqualTo(1);
  }

  @Test
  void aMessageInMorePiecesThanAnybodyNeedsEndsTheSocket() {
    Client client = connect("/");
    for (int i = 0; i < 2_000 && client.close.isEmpty(); i++) {
      client.socket.sendText("x", false).exceptionally(gone -> client.socket).join();
    }
    client.expectClose(1008, "too many small frames");
  }

  @Test
  void whoSendsManyMessagesAtOnceIsAnsweredAllOfThemInOrder() {
    Client client = connect("/");
    ready(only());
    List<String> expected = new CopyOnWriteArrayList<>();
    for (int i = 1; i <= 1_500; i++) {
      client.socket.sendText("x".repeat(i % 200), true).join();
      expected.add(Integer.toString(i % 200));
    }
    await().untilAsserted(() -> assertThat(client.texts).isEqualTo(expected));
  }

  @Test
  void whatIsDoneAtThePaceOfAPeerWaitsForItToReadAndEndsWithItWhenItDoesNot() {
    Client slow = new Client();
    slow.paused = true;
    slow.open("/");
    await().until(() -> opened.size() == 1);
    ready(only());
    List<Integer> pages = new CopyOnWriteArrayList<>();
    only().execute(() -> page(pages));
    await().until(() -> only().pendingBytes() > 0);
    int stopped = await().pollDelay(Duration.ofMillis(300)).until(pages::size, size -> size > 0);
    assertThat(stopped).isLessThan(200);
    assertThat(only().pendingBytes()).isLessThan(1_000_000);
    slow.resume();
    await().until(() -> pages.size() == 200 && slow.texts.size() == 200);
    assertThat(slow.seqs()).hasSize(200).isSorted();
    assertThat(only().isOpen()).isTrue();
  }

  /** 200 pages of 100 KB. */
  private void page(List<Integer> pages) {
    JsonText payload = JsonText.of(Json.object().put("pad", "x".repeat(100_000)));
    only().send(EncodedEvent.of(EventType.EXEC_APPROVAL_REQUESTED, payload));
    pages.add(pages.size());
    if (pages.size() < 200) {
      only().whenTaken(() -> only().execute(() -> page(pages)));
    }
  }

  @Test
  void aPeerThatIsWaitedForAndReadsNothingIsClosedAsSlow() {
    Client stuck = new Client();
    stuck.paused = true;
    stuck.open("/");
    await().until(() -> opened.size() == 1);
    ready(only());
    List<Integer> pages = new CopyOnWriteArrayList<>();
    only().execute(() -> page(pages));
    await().until(() -> only().pendingBytes() > 0);
    await()
        .untilAsserted(
            () -> {
              ahead.addAndGet(ReadPacing.PATIENCE_MS / 2);
              assertThat(only().isOpen()).isFalse();
            });
    assertThat(counts("closed slow")).isEqualTo(1);
  }

  @Test
  void aLargeAnswerTakesNoRoomFromEvents() {
    Client slow = new Client();
    slow.paused = true;
    slow.open("/");
    await().until(() -> opened.size() == 1);
    ready(only());
    byte[] answer = "y".repeat(12_000_000).getBytes(StandardCharsets.US_ASCII);
    only().execute(() -> only().send(answer));
    await().until(() -> only().pendingBytes() > 2_000_000);
    for (int i = 0; i < 10; i++) {
      connections.broadcast(approval());
    }
    slow.resume();
    await().until(() -> slow.texts.size() == 11);
    assertThat(only().isOpen()).isTrue();
  }

  @Test
  void whatClosesIsToldOnce() {
    Client client = connect("/");
    ready(only());
    only().execute(() -> only().close(CloseReason.SERVICE_RESTART));
    client.expectClose(1012, "service restart");
    await().until(() -> closed.size() == 1);
    assertThat(connections.count()).isZero();
  }

  @Test
  void anOrderToCloseEndsAHandshakeThatWasDecidedBeforeIt() {
    Client client = connect("/");
    identified();
    recall(7);
    only().execute(() -> assertThat(only().letIn(caller(only().id()), 6)).isFalse());
    client.expectClose(4001, "device token revoked");
  }

  @Test
  void anOrderToCloseSparesAHandshakeThatWasDecidedAfterIt() {
    Client client = connect("/");
    identified();
    recall(7);
    only()
        .execute(
            () -> {
              assertThat(only().letIn(caller(only().id()), 7)).isTrue();
              only().close(CloseReason.SERVICE_RESTART);
            });
    client.expectClose(1012, "service restart");
  }

  @Test
  void anOrderToCloseReachesWhatWasLetInBefore() {
    Client client = connect("/");
    only().execute(() -> only().letIn(caller(only().id()), 6));
    recall(6);
    recall(7);
    client.expectClose(4001, "device token revoked");
  }

  private void identified() {
    only().execute(() -> only().identify(caller(only().id())));
  }

  private void recall(long generation) {
    connections.closeWhere(
        caller -> "dev".equals(caller.deviceId()), generation, CloseReason.DEVICE_TOKEN_REVOKED);
  }

  private int counts(String what) {
    return Collections.frequency(counted, what);
  }

  private final class Counts implements SocketMetrics {
    @Override
    public void delivered(EventType type) {
      counted.add("delivered " + type.wire());
    }

    @Override
    public void dropped(EventType type) {
      counted.add("dropped " + type.wire());
    }

    @Override
    public void closedSlow() {
      counted.add("closed slow");
    }

    @Override
    public void cut(Cut reason) {
      counted.add("cut " + reason);
    }
  }

  private Connection only() {
    return opened.getFirst();
  }

  private void ready(Connection connection) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    connection.execute(
        () -> {
          connection.ready(caller(connection.id()));
          connections.enter(connection, Integer.MAX_VALUE);
          done.complete(null);
        });
    done.join();
  }

  private Client connect(String path) {
    int before = opened.size();
    Client client = new Client();
    client.open(path);
    await().until(() -> opened.size() == before + 1);
    return client;
  }

  private static EncodedEvent tick(int ts) {
    return EncodedEvent.of(EventType.TICK, JsonText.of(Json.object().put("ts", ts)));
  }

  private static EncodedEvent approval() {
    return EncodedEvent.of(EventType.EXEC_APPROVAL_REQUESTED, JsonText.of("{}"));
  }

  /** The first connection may see approvals, later ones may not. */
  private Caller caller(String connId) {
    boolean first = connId.equals(only().id());
    return Callers.operator(first ? "operator.approvals" : "operator.read")
        .conn(connId)
        .device("dev")
        .make();
  }

  private final class Lengths implements ConnectionListener {
    @Override
    public void opened(Connection connection) {
      opened.add(connection);
    }

    @Override
    public void message(Connection connection, byte[] utf8) {
      connection.send(Integer.toString(utf8.length).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void closed(Connection connection) {
      closed.add(connection.id());
      connections.leave(connection);
    }
  }

  private final class Client implements WebSocket.Listener {
    final List<String> texts = new CopyOnWriteArrayList<>();
    final List<String> pongs = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile String close = "";
    private volatile boolean paused;
    private WebSocket socket;

    void open(String path) {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .connectTimeout(Duration.ofSeconds(5))
              .buildAsync(URI.create("ws://127.0.0.1:" + port + path), this)
              .join();
    }

    void resume() {
      paused = false;
      socket.request(1);
    }

    void expectClose(int code, String reason) {
      await().untilAsserted(() -> assertThat(close).isEqualTo(code + " " + reason));
    }

    List<Long> seqs() {
      return texts.stream()
          .map(text -> Objects.requireNonNull(Json.tryParse(text)))
          .filter(frame -> frame.has("seq"))
          .map(frame -> frame.get("seq").asLong())
          .toList();
    }

    @Override
    public void onOpen(WebSocket opening) {
      if (!paused) {
        opening.request(1);
      }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        texts.add(partial.toString());
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
      pongs.add(Byte.toString(payload.get()));
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      close = status + " " + reason;
      return null;
    }
  }
}
