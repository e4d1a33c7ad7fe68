package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chats that go on under other ids, in a real Redis, seen by two that share it. */
@Timeout(60)
class MovedChatsIT {
  private static final ChannelAccount WORK =
      new ChannelAccount("telegram", "work", Json.object(), false);
  private static final ChannelAccount HOME =
      new ChannelAccount("telegram", "home", Json.object(), false);

  private final Vertx vertx = Vertx.vertx();
  private final RedisLink link = RedisLink.create(vertx, TestRedis.settings());
  private final MovedChats here = new MovedChats(new ChannelStore(link));
  private final MovedChats there = new MovedChats(new ChannelStore(link));
  private final List<String> tried = new ArrayList<>();

  @BeforeEach
  void connect() {
    link.ready().await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  /** Sends to a channel in which chats have moved. */
  private Future<String> send(MovedChats by, String chat, Map<String, String> moves) {
    return by.to(
        WORK,
        chat,
        to -> {
          tried.add(to);
          String next = moves.get(to);
          return next == null
              ? Future.succeededFuture(to)
              : Future.failedFuture(DeliveryException.moved("it has moved", next));
        });
  }

  private static InboundMessage in(String chat) {
    return new InboundMessage(
        "1", ChatKind.GROUP, chat, null, "ann", "Ann", Said.of("hi"), true, List.of());
  }

  private InboundMessage known(ChannelAccount account, String chat) {
    return there.known(account, in(chat)).await();
  }

  @Test
  void aMoveIsFollowedOnceAndKnownToAll() {
    Map<String, String> moves = Map.of("-1", "-1001");
    assertThat(send(here, "-1", moves).await()).isEqualTo("-1001");
    assertThat(send(there, "-1", moves).await()).isEqualTo("-1001");
    assertThat(tried).containsExactly("-1", "-1001", "-1001");
    assertThat(known(WORK, "-1001").formerly()).containsExactly("-1");
    assertThat(known(WORK, "-1001").atFirst().chat()).isEqualTo("-1");
    assertThat(known(WORK, "-1001").isIn("-1")).isTrue();
    assertThat(known(HOME, "-1001").formerly()).as("of another account").isEmpty();
    assertThat(known(WORK, "-1").formerly()).isEmpty();
  }

  @Test
  void severalMovesLeadToTheLastChatInWhateverOrder() {
    here.note(WORK, "-1", "-2").await();
    here.note(WORK, "-2", "-3").await();
    assertThat(send(there, "-1", Map.of()).await()).isEqualTo("-3");
    assertThat(known(WORK, "-3").formerly()).containsExactly("-1", "-2");
    assertThat(known(WORK, "-3").atFirst().chat()).isEqualTo("-1");
    assertThat(send(here, "-7", Map.of("-7", "-8", "-8", "-9")).await()).isEqualTo("-9");
    assertThat(known(WORK, "-9").formerly()).containsExactly("-7", "-8");
  }

  @Test
  void nothingGoesInACircle() {
    assertThatThrownBy(() -> send(here, "-1", Map.of("-1", "-2", "-2", "-1")).await())
        .isInstanceOf(DeliveryException.class);
    assertThat(tried).hasSizeLessThan(6);
    assertThatThrownBy(() -> send(here, "-5", Map.of("-5", "-5")).await())
        .isInstanceOf(DeliveryException.class);
    here.note(WORK, "-3", "-4").await();
    here.note(WORK, "-4", "-3").await();
    assertThat(send(there, "-3", Map.of()).await()).isEqualTo("-4");
  }
}
