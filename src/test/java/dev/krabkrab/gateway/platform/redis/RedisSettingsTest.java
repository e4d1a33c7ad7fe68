package dev.krabkrab.gateway.platform.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.krabkrab.gateway.platform.redis.RedisSettings.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {

  @Test
  void readsOneServer() {
    RedisSettings settings = RedisSettings.parse("redis://user:pw@redis.example:6380/2", "blue");

    assertThat(settings.mode()).isEqualTo(Mode.STANDALONE);
    assertThat(settings.endpoints()).containsExactly("redis://user:pw@redis.example:6380/2");
    assertThat(settings.commandTimeout()).hasSeconds(1);
  }

  @Test
  void triesSeveralServersInTurn() {
    RedisSettings settings = RedisSettings.parse("redis://a:1, rediss://b:2", "blue");

    assertThat(settings.options(0).getEndpoint()).isEqualTo("redis://a:1");
    assertThat(settings.options(1).getEndpoint()).isEqualTo("rediss://b:2");
    assertThat(settings.options(2).getEndpoint()).isEqualTo("redis://a:1");
    assertThat(settings.options(0).getNetClientOptions().isSsl()).isFalse();
    assertThat(settings.options(1).getNetClientOptions().isSsl()).isTrue();
    assertThat(settings.options(1).getNetClientOptions().getHostnameVerificationAlgorithm())
        .isEqualTo("HTTPS");
  }

  @Test
  void readsSentinels() {
    RedisSettings settings =
        RedisSettings.parse("redis+sentinel://:pw@h1:26379,h2:26380/main/3", "blue");

    assertThat(settings.mode()).isEqualTo(Mode.SENTINEL);
    assertThat(settings.masterName()).isEqualTo("main");
    assertThat(settings.endpoints())
        .containsExactly("redis://:pw@h1:26379/3", "redis://:pw@h2:26380/3");
    assertThat(settings.sentinels())
        .extracting(sentinel -> sentinel.options(0).getEndpoint())
        .containsExactly("redis://:pw@h1:26379", "redis://:pw@h2:26380");
  }

  @Test
  void readsACluster() {
    RedisSettings settings = RedisSettings.parse("rediss+cluster://h1:7000,h2:7001", "blue");

    assertThat(settings.mode()).isEqualTo(Mode.CLUSTER);
    assertThat(settings.masterName()).isNull();
    assertThat(settings.endpoints()).containsExactly("rediss://h1:7000", "rediss://h2:7001");
    assertThat(settings.singleNode().mode()).isEqualTo(Mode.STANDALONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http://secret@a", "redis+sentinel://h1:1", "redis://", "secret"})
  void refusesAnythingElseWithoutRepeatingIt(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisSettings.parse(url, "blue"))
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "{a}", "a b"})
  void refusesANamespaceThatWouldSpoilKeys(String namespace) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisSettings.parse("redis://a", namespace));
  }

  @Test
  void printsNoPassword() {
    assertThat(RedisSettings.parse("redis://user:pw@a:1,redis://:pw@b:2", "blue"))
        .hasToString("STANDALONE [redis://a:1, redis://b:2] namespace blue");
  }

  @Test
  void tagsKeysByAggregate() {
    RedisSettings settings = RedisSettings.parse("redis://a", "blue");

    assertThat(settings.key("device:1", "tokens")).isEqualTo("kk:blue:{device:1}:tokens");
  }
}
