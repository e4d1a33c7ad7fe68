package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChannelHttpTest {
  private final Vertx vertx = Vertx.vertx();
  private final ChannelHttp net =
      new ChannelHttp(vertx, InstantSource.system(), RandomGenerator.getDefault(), Egress.DIRECT);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private String serve() {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  switch (request.path()) {
                    case "/large" -> request.response().end(Buffer.buffer(new byte[5_000]));
                    case "/away" ->
                        request.response().setStatusCode(302).putHeader("Location", "/large").end();
                    case "/never" -> request.pause();
                    default ->
                        request
                            .response()
                            .putHeader("X-By", String.valueOf(request.getHeader("x-to")))
                            .end("{\"a\":1}");
                  }
                })
            .listen(0, "127.0.0.1")
            .await();
    return "http://127.0.0.1:" + server.actualPort();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://bad host/bot1:SECRET",
        "SECRET",
        "",
        "foo://SECRET/x",
        "https://%zz/SECRET"
      })
  void anAddressThatCannotBeReadIsNotShown(String url) {
    for (Future<?> asked :
        List.of(
            net.post(url, Map.of(), Json.object(), 1_000),
            net.get(url, Map.of(), 10, 1_000),
            net.socket(url.replace("http", "ws")))) {
      assertThatThrownBy(asked::await)
          .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("SECRET"));
    }
  }

  @Test
  void answersAreReadUpToABoundAndRedirectionsAreNotFollowed() {
    String url = serve();
    ChannelHttp.Answer answer =
        net.post(url + "/x", Map.of("x-to", "you"), Json.object(), 5_000).await();
    assertThat(answer.json().path("a").asInt()).isEqualTo(1);
    assertThat(answer.headers()).containsEntry("x-by", "you");
    assertThat(net.get(url + "/large", Map.of(), 5_000, 5_000).await().body().length())
        .isEqualTo(5_000);
    assertThat(net.get(url + "/away", Map.of(), 5_000, 5_000).await().status()).isEqualTo(302);
    assertThatThrownBy(net.get(url + "/large", Map.of(), 4_999, 5_000)::await).isNotNull();
  }

  @Test
  void nobodyIsWaitedForLonger() {
    assertThatThrownBy(net.get(serve() + "/never", Map.of(), 10, 300)::await)
        .isInstanceOf(TimeoutException.class);
  }
}
