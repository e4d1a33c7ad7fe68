package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.config.TlsFiles;
import dev.krabkrab.gateway.platform.config.TlsSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code rediss://}: TLS from a server whose certificate a file vouches for, and a user of ACLs.
 */
@Timeout(60)
class RedisTlsIT {
  private static final LuaScript APPEND = LuaScript.load("lua/platform/redis/append.lua");
  private static final String PASSWORD = "p@ss:w/rd %+";

  /** The certificate does not name this address. */
  private static final String UNNAMED = "127.0.0.2";

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private Path certificate;
  private Path key;
  private RedisProcess redis;

  @BeforeEach
  void start() {
    certificate = folder.resolve("cert.pem");
    key = folder.resolve("key.pem");
    new TlsFiles(new TlsSettings(true, true, certificate, key, null, "1.3"))
        .open("redis.test", InstantSource.system(), new SecureRandom());
    String users =
        "user default off\nuser gateway on \">%s\" ~kk:* &kk:* +@all\n".formatted(PASSWORD);
    redis =
        RedisProcess.startTls(certificate, key, "bind 127.0.0.1 %s\n".formatted(UNNAMED) + users);
  }

  @AfterEach
  void end() {
    get(vertx.close());
    redis.close();
  }

  @Test
  void commandsScriptsAndMessagesGoOverTls() {
    RedisSettings settings = settings("rediss://gateway:%s@127.0.0.1:%d").trusting(certificate);
    RedisLink link = get(RedisLink.create(vertx, settings).ready());
    List<String> heard = new CopyOnWriteArrayList<>();
    RedisSubscriber subscriber = RedisSubscriber.create(vertx, settings);
    subscriber.handler((channel, message) -> heard.add(message));
    String channel = settings.key("a", "events");
    get(subscriber.subscribe(channel));

    assertThat(get(link.send(Request.cmd(Command.ACL).arg("WHOAMI")))).hasToString("gateway");
    assertThat(append(link, settings.key("a", "list")).toInteger()).isEqualTo(1);
    get(link.send(Request.cmd(Command.PUBLISH).arg(channel).arg("over TLS")));
    await().until(() -> heard.contains("over TLS"));
  }

  @Test
  void whatTheUserMayNotIsAnAnswerAndNoOutage() {
    RedisSettings settings = settings("rediss://gateway:%s@127.0.0.1:%d").trusting(certificate);
    RedisLink link = get(RedisLink.create(vertx, settings).ready());

    assertThatThrownBy(() -> append(link, "elsewhere:list"))
        .hasRootCauseInstanceOf(ErrorType.class)
        .hasMessageContaining("permission");
    assertThat(append(link, settings.key("a", "list")).toInteger()).isEqualTo(1);
  }

  @Test
  void connectsToNobodyItCannotBeSureOf() {
    RedisSettings good = settings("rediss://gateway:%s@127.0.0.1:%d");
    List<RedisSettings> wrong =
        List.of(
            // Nobody vouches for the certificate.
            good,
            settings("rediss://gateway:%s@" + UNNAMED + ":%d").trusting(certificate),
            settings("rediss://stranger:%s@127.0.0.1:%d").trusting(certificate),
            settings("rediss://:%s@127.0.0.1:%d").trusting(certificate),
            settings("redis://gateway:%s@127.0.0.1:%d"));
    List<RedisLink> links = wrong.stream().map(it -> RedisLink.create(vertx, it)).toList();
    get(RedisLink.create(vertx, good.trusting(certificate)).ready());

    await()
        .during(Duration.ofSeconds(2))
        .until(() -> links.stream().noneMatch(link -> link.ready().isComplete()));
    for (RedisLink link : links) {
      assertThatThrownBy(() -> get(link.send(Request.cmd(Command.PING))))
          .isInstanceOf(RedisUnavailableException.class);
    }
  }

  @Test
  void findsAMasterOverTls() {
    try (RedisProcess master = RedisProcess.startTls(certificate, key, "");
        SentinelProcess sentinel =
            SentinelProcess.start(master, port -> RedisProcess.tls(port, certificate, key))) {
      RedisSettings settings =
          RedisSettings.parse(
                  "rediss+sentinel://:%s@127.0.0.1:%d/%s/1"
                      .formatted(master.password(), sentinel.port(), SentinelProcess.MASTER_NAME),
                  "t")
              .trusting(certificate);
      RedisLink link = get(RedisLink.create(vertx, settings).ready());

      assertThat(append(link, settings.key("a", "list")).toInteger()).isEqualTo(1);
      assertThat(get(link.send(Request.cmd(Command.INFO).arg("keyspace"))).toString())
          .contains("db1:keys=1");
    }
  }

  private RedisSettings settings(String shape) {
    String password = URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8);
    return RedisSettings.parse(shape.formatted(password, redis.port()), "t");
  }

  private static Response append(RedisLink link, String list) {
    return get(link.run(APPEND, List.of(list), List.of("x")));
  }
}
