package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.audit.AuditMetrics;
import dev.krabkrab.gateway.audit.AuditService;
import dev.krabkrab.gateway.audit.AuditSettings;
import dev.krabkrab.gateway.cli.RedisPairing;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.config.InstanceSettings;
import dev.krabkrab.gateway.config.InvalidSettingException;
import dev.krabkrab.gateway.pairing.PairingEvents;
import dev.krabkrab.gateway.pairing.PairingJson;
import dev.krabkrab.gateway.pairing.PairingMethods;
import dev.krabkrab.gateway.pairing.PairingService;
import dev.krabkrab.gateway.pairing.TokenKeys;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.ProtocolVersion;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.rpc.Call;
import dev.krabkrab.gateway.rpc.MethodCatalog;
import dev.krabkrab.gateway.rpc.MethodHandler;
import dev.krabkrab.gateway.rpc.ReplySink;
import dev.krabkrab.gateway.transport.LocalConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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

/** The pairing room of a gateway by itself, with an administrator as its only caller. */
public final class PairingInRedis implements RedisPairing {
  /** What the gateway lets be asked of nodes is not known here. */
  private static final PairingJson SHOWN =
      new PairingJson((platform, family, declared) -> List.of());

  private static final long PATIENCE_MS = 10_000;

  /** What the gateway keeps is not known here, so nothing is taken away. */
  private static final AuditSettings KEEP_ALL =
      new AuditSettings(true, AuditSettings.MOST_DAYS, AuditSettings.MOST_ENTRIES);

  @Override
  public Desk open(Map<String, String> environment, @Nullable Path config) {
    Ids ids = new SystemIds();
    RedisSettings redis = redis(environment, config, ids);
    Vertx vertx = Vertx.vertx();
    try {
      Map<String, MethodHandler> handlers =
          OwnContext.open(vertx, own -> handlers(own, redis, ids))
              .await(PATIENCE_MS, TimeUnit.MILLISECONDS);
      return new Room(vertx, handlers, caller(ids));
    } catch (TimeoutException | RuntimeException e) {
      vertx.close();
      throw new Failure("Redis does not answer", e);
    }
  }

  private static RedisSettings redis(
      Map<String, String> environment, @Nullable Path config, Ids ids) {
    try {
      InstanceSettings settings =
          LaunchPlan.settings(config, environment, ids.uuid().substring(0, 8));
      String url = settings.redisUrl();
      if (url == null) {
        throw new Failure("no address of a Redis is set", null);
      }
      return LaunchPlan.redis(settings, url);
    } catch (InvalidSettingException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  private static Future<Map<String, MethodHandler>> handlers(
      Vertx own, RedisSettings redis, Ids ids) {
    InstantSource clock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    RedisLink link = RedisLink.create(own, redis);
    TokenKeys keys = new TokenKeys(own, link, ids, random, clock);
    String name = "admin-" + ids.uuid();
    AuditService audit =
        AuditService.open(own, link, name, () -> KEEP_ALL, AuditMetrics.NONE, clock);
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

  private record Room(Vertx vertx, Map<String, MethodHandler> handlers, Caller caller)
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
