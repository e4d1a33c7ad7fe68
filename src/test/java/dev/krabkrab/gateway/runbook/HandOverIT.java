package dev.krabkrab.gateway.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.redis.WatchedRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What redis.md says about maintenance, with sentinels. */
class HandOverIT {

  @Test
  void aMasterIsReplacedAsThePageSays(@TempDir Path folder) throws Exception {
    Terminal terminal = Terminal.open(folder);
    try (WatchedRedis redis = WatchedRedis.start()) {
      Matcher url = Pattern.compile("//:(\\w+)@127\\.0\\.0\\.1:(\\d+)").matcher(redis.url());
      assertThat(url.find()).isTrue();
      terminal.set("REDISCLI_AUTH", url.group(1));
      terminal.redis("sentinel", Integer.parseInt(url.group(2)));
      terminal.redis("replica", redis.second().port());
      terminal.redis("main", redis.first().port());

      assertThat(terminal.run("replica-up", Map.of("<replica>", "replica")))
          .contains("role:slave", "master_link_status:up");
      assertThat(terminal.run("hand-over", Map.of("<sentinel>", "sentinel"))).contains("OK");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> redis.second().tell("INFO replication").contains("role:master"));
    }
  }
}
