package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who knocks and who is let in, in a real Redis. */
@Timeout(60)
class SenderStoreIT {
  private static final ChannelAccount WORK =
      new ChannelAccount("slack", "work", Json.object(), false);
  private static final ChannelAccount HOME =
      new ChannelAccount("slack", "home", Json.object(), false);

  private final Vertx vertx = Vertx.vertx();
  private final RedisLink link = RedisLink.create(vertx, TestRedis.settings());
  private final SenderStore senders = new SenderStore(link, new SecureRandom());

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Optional<String> knock(String sender, String message) {
    return senders.knock(WORK, sender, "Zoe", message).await();
  }

  @Test
  void aStrangerIsGivenOneCodeAndAgainWhenTheSameMessageIsToldAgain() {
    link.ready().await();
    String code = knock("zoe", "m1").orElseThrow();
    assertThat(code).matches("[A-Z2-9]{8}");
    assertThat(knock("zoe", "m1")).contains(code);
    assertThat(knock("zoe", "m2")).isEmpty();
    assertThat(senders.waiting(WORK).await())
        .extracting(SenderStore.Waiting::senderId)
        .containsExactly("zoe");
    assertThat(senders.waiting(HOME).await()).isEmpty();
  }

  @Test
  void noMoreThanTwentyWait() {
    link.ready().await();
    for (int i = 0; i < 20; i++) {
      assertThat(knock("s" + i, "m" + i)).isPresent();
    }
    assertThat(knock("s20", "m20")).isEmpty();
    assertThat(senders.waiting(WORK).await()).hasSize(20);
  }

  @Test
  void aCodeLetsInOneSenderOfOneAccountOnce() {
    link.ready().await();
    String zoe = knock("zoe", "m1").orElseThrow();
    String eve = knock("eve", "m2").orElseThrow();
    assertThat(senders.judge(HOME, zoe, true).await()).isEmpty();
    assertThat(senders.judge(WORK, zoe, true).await())
        .contains(new SenderStore.Judged("zoe", "Zoe"));
    assertThat(senders.judge(WORK, zoe, true).await()).isEmpty();
    assertThat(senders.judge(WORK, eve, false).await()).isPresent();
    for (String sender : List.of("eve", "zo")) {
      assertThat(senders.isAdmitted(WORK, sender).await()).isFalse();
    }
    assertThat(senders.isAdmitted(WORK, "zoe").await()).isTrue();
    assertThat(senders.isAdmitted(HOME, "zoe").await()).isFalse();
    assertThat(knock("eve", "m3")).isPresent().get().isNotEqualTo(eve);
  }
}
