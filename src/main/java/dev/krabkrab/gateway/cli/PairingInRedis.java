package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditMetrics;
import dev.krabkrab.gateway.access.audit.AuditService;
import dev.krabkrab.gateway.access.audit.AuditSettings;
import dev.krabkrab.gateway.access.audit.AuditSource;
import dev.krabkrab.gateway.access.pairing.PairingEvents;
import dev.krabkrab.gateway.access.pairing.PairingJson;
import dev.krabkrab.gateway.access.pairing.PairingMethods;
import dev.krabkrab.gateway.access.pairing.PairingService;
import dev.krabkrab.gateway.access.pairing.TokenKeys;
import dev.krabkrab.gateway.platform.InstanceRedis;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.config.InstanceFile;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import dev.krabkrab.gateway.platform.redis.EmbeddedRedis;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import dev.krabkrab.gateway.platform.rpc.ReplySink;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The pairing of a gateway by itself, with an administrator as its only caller. */
final class PairingInRedis implements RedisPairing {
  /** The commands that the settings allow are not known here. */
  private static final PairingJson SHOWN =
      new PairingJson((platform, family, declared) -> List.of());

  private static final long PATIENCE_MS = 10_000;

  /** What the gateway keeps is not known here, so nothing is taken away. */
  private static final AuditSettings KEEP_ALL =
      new AuditSettings(true, AuditSettings.MOST_DAYS, AuditSettings.MOST_ENTRIES);

  @Override
  public Desk open(
      Map<String, String> environment, @Nullable Path config, @Nullable Path stateDir) {
    Ids ids = CliContext::randomUuid;
    RedisSettings redis = redis(environment, config, stateDir, ids);
    Vertx vertx = Vertx.vertx();
    try {
      Map<String, MethodHandler> handlers =
          open(vertx, redis, ids).await(PATIENCE_MS, TimeUnit.MILLISECONDS);
      return new OpenDesk(vertx, handlers, caller(ids));
    } catch (TimeoutException | RuntimeException e) {
      vertx.close();
      throw new Failure("Redis does not answer", e);
    }
  }

  private static RedisSettings redis(
      Map<String, String> environment, @Nullable Path config, @Nullable Path stateDir, Ids ids) {
    try {
      InstanceSettings settings =
          InstanceFile.settings(config, environment, ids.uuid().substring(0, 8));
      String url = settings.redisUrl();
      return InstanceRedis.of(
          settings,
          url != null ? url : embedded(stateDir != null ? stateDir : settings.stateDir()));
    } catch (InvalidSettingException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  /** Gateways without the address of a Redis run one of their own. */
  private static String embedded(Path stateDir) {
    try {
      return EmbeddedRedis.running(stateDir)
          .orElseThrow(
              () ->
                  new Failure(
                      "no address of a Redis is set (KRABKRAB_REDIS_URL, redis.url), and no gateway"
                          + " runs one of its own in "
                          + stateDir,
                      null));
    } catch (IOException e) {
      throw new Failure(
          "cannot read where the Redis in " + stateDir + " listens: " + e.getMessage(), e);
    }
  }

  private static Future<Map<String, MethodHandler>> open(
      Vertx vertx, RedisSettings redis, Ids ids) {
    Promise<Map<String, MethodHandler>> opened = Promise.promise();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return handlers(vertx, redis, ids).onComplete(opened);
          }
        };
    return vertx.deployVerticle(verticle).compose(up -> opened.future());
  }

  private static Future<Map<String, MethodHandler>> handlers(
      Vertx own, RedisSettings redis, Ids ids) {
    InstantSource clock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    RedisLink link = RedisLink.create(own, redis);
    TokenKeys keys = new TokenKeys(own, link, ids, random, clock);
    String name = "admin-" + ids.uuid();
    AuditService audit =
        AuditService.open(
            own, link, new AuditSource(name, clock, random), () -> KEEP_ALL, AuditMetrics.NONE);
    PairingService service = new PairingService(link, keys, audit, ids);
    return link.ready()
        .compose(ready -> Backplane.join(own, name, redis, ids))
        .map(backplane -> new Broadcaster(own, backplane, new LocalConnections(clock, random)))
        .map(
            broadcaster ->
                new PairingMethods(
                        service,
                        new PairingEvents(broadcaster, SHOWN),
                        audit,
                        SHOWN,
                        () -> Future.succeededFuture(Set.of()))
                    .handlers());
  }

  private static Caller caller(Ids ids) {
    return new Caller(
        ids.uuid(),
        ProtocolVersion.V4,
        Caller.OPERATOR,
        Set.of("operator.admin"),
        null,
        "cli",
        "cli",
        null,
        "",
        "",
        null,
        null,
        null,
        Set.of(),
        null,
        true,
        0,
        null);
  }

  private record OpenDesk(Vertx vertx, Map<String, MethodHandler> handlers, Caller caller)
      implements Desk {
    @Override
    public JsonNode call(String method, ObjectNode params) {
      Call call =
          new Call(
              Objects.requireNonNull(MethodCatalog.find(method)),
              "1",
              caller,
              params,
              new Nowhere());
      MethodHandler handler = Objects.requireNonNull(handlers.get(method));
      try {
        return Json.parseObject(
            handler.handle(call).await(PATIENCE_MS, TimeUnit.MILLISECONDS).toString());
      } catch (GatewayError refusal) {
        throw new Failure(refusal.shape().message(), refusal);
      } catch (TimeoutException | RuntimeException e) {
        throw new Failure("Redis does not answer", e);
      }
    }

    @Override
    public void close() {
      try {
        vertx.close().await(PATIENCE_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        throw new Failure("the connection to Redis does not close", e);
      }
    }
  }

  /** Nobody takes the interim answers. */
  private record Nowhere() implements ReplySink {
    @Override
    public void ok(JsonText payload) {}

    @Override
    public void failed(ErrorShape error) {}

    @Override
    public boolean open() {
      return true;
    }
  }
}
