package dev.krabkrab.gateway.platform.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.net.BoundedHttp.Answer;
import dev.krabkrab.gateway.platform.net.BoundedHttp.Bounds;
import dev.krabkrab.gateway.platform.net.BoundedHttp.BrokenOffException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of requests, against a real server. */
@Timeout(60)
class BoundedHttpTest {
  private static final long PATIENCE_MS = 30_000;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final BoundedHttp http =
      new BoundedHttp(vertx, Egress.DIRECT, new HttpClientOptions(), new PoolOptions(), 2_000);
  private HttpServer server;

  @BeforeEach
  void serve() {
    server =
        vertx
            .createHttpServer()
            .connectionHandler(
                connection -> {
                  open.incrementAndGet();
                  connection.closeHandler(gone -> open.decrementAndGet());
                })
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private void answer(HttpServerRequest request) {
    asked.incrementAndGet();
    HttpServerResponse response = request.response();
    switch (request.path()) {
      case "/large" -> response.end(Buffer.buffer(new byte[5_000]));
      case "/refused" -> response.setStatusCode(403).end("not you");
      case "/away" -> response.setStatusCode(302).putHeader("location", "/large").end();
      case "/never" -> request.pause();
      case "/drips" -> {
        response.setChunked(true).write("a");
        long drip = vertx.setPeriodic(50, timer -> response.write("a"));
        response.exceptionHandler(gone -> vertx.cancelTimer(drip));
        response.closeHandler(gone -> vertx.cancelTimer(drip));
      }
      case "/breaks" -> {
        response.putHeader("content-length", "100").write("half");
        vertx.setTimer(20, soon -> request.connection().close());
      }
      default -> response.end(request.method() + " " + request.getHeader("content-length"));
    }
  }

  private Future<Answer> ask(String path, Bounds bounds) {
    return http.ask(url(path), new RequestOptions(), Buffer.buffer(), bounds);
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.actualPort() + path;
  }

  @ParameterizedTest
  @CsvSource({"5000, 5000, false", "4999, 4999, true", "0, 0, true"})
  void aBodyIsReadUpToItsBound(int most, int read, boolean cut) {
    Answer answer = ask("/large", new Bounds(PATIENCE_MS, most)).await();
    assertThat(answer.body().length()).isEqualTo(read);
    assertThat(answer.cut()).isEqualTo(cut);
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void answersReachThreadsThatAreNotVertxsOwnWhole() {
    Bounds bounds = new Bounds(PATIENCE_MS, 100);
    for (int i = 0; i < 40; i++) {
      List<Future<Answer>> all = Stream.generate(() -> ask("/x", bounds)).limit(50).toList();
      Future.join(all).await();
      assertThat(all).allMatch(one -> one.result().body().toString().equals("GET null"));
    }
  }

  @Test
  void bodiesThatNobodyWantsAreNotRead() {
    Bounds bounds = new Bounds(PATIENCE_MS, 100, head -> head.status() == 200);
    Answer answer = ask("/refused", bounds).await();
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body().length()).isZero();
    await().until(() -> open.get() == 0);
    assertThat(ask("/x", bounds).await().body().toString()).isEqualTo("GET null");
  }

  @Test
  void redirectsAreNotFollowedWhateverTheRequestSays() {
    RequestOptions request = new RequestOptions().setFollowRedirects(true);
    Answer answer =
        http.ask(url("/away"), request, Buffer.buffer(), new Bounds(PATIENCE_MS, 100)).await();
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.head().header("Location")).isEqualTo("/large");
    assertThat(asked.get()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/never", "/drips"})
  void theTimeIsForTheWholeAnswerAndTheConnectionEndsWithIt(String path) {
    assertThatThrownBy(ask(path, new Bounds(300, 1_000_000))::await)
        .isInstanceOf(TimeoutException.class);
    await().until(() -> open.get() == 0);
  }

  @Test
  void anAnswerThatBreaksOffIsTold() {
    assertThatThrownBy(ask("/breaks", new Bounds(PATIENCE_MS, 1_000))::await)
        .isInstanceOf(BrokenOffException.class)
        .hasMessage("the answer broke off");
  }

  @Test
  void aServerThatIsNotThereIsNeitherLateNorBreakingOff() {
    String gone = url("/x");
    server.close().await();
    Bounds bounds = new Bounds(PATIENCE_MS, 100);
    assertThatThrownBy(http.ask(gone, new RequestOptions(), Buffer.buffer(), bounds)::await)
        .isInstanceOf(ConnectException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SECRET",
        "foo://SECRET/x",
        "https://%zz/SECRET",
        "http://bad host/bot1:SECRET",
        "http://127.0.0.1:99999999/SECRET",
        "http://127.0.0.1:-2/SECRET"
      })
  void anAddressThatCannotBeReadFailsLaterAndIsNotShown(String url) {
    Future<Answer> asking =
        http.ask(url, new RequestOptions(), Buffer.buffer(), new Bounds(PATIENCE_MS, 100));
    assertThatThrownBy(asking::await)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("SECRET"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 70_000})
  void aRequestThatCannotBeSentFailsLater(int port) {
    Future<Answer> asking =
        http.ask(
            new RequestOptions().setHost("127.0.0.1").setPort(port).setURI("/SECRET"),
            Buffer.buffer(),
            new Bounds(PATIENCE_MS, 100));
    assertThatThrownBy(asking::await)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("SECRET");
  }
}
