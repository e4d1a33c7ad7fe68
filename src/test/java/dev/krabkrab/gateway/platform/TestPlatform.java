package dev.krabkrab.gateway.platform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.cluster.Membership;
import dev.krabkrab.gateway.platform.config.LimitSettings;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.VariableRules;
import dev.krabkrab.gateway.platform.protocol.Variables;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.rpc.MethodBus;
import dev.krabkrab.gateway.platform.settings.DocumentSeed;
import dev.krabkrab.gateway.platform.settings.SettingsSchema;
import dev.krabkrab.gateway.platform.settings.SettingsService;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What a verticle is given, over a real Redis, for one instance of a cluster in this JVM. */
public final class TestPlatform {
  private static final Ids IDS = () -> UUID.randomUUID().toString();

  private TestPlatform() {}

  /** With an empty gateway document and the machine's clock; opened on the calling context. */
  public static Future<Platform> open(Vertx vertx, String instance, RedisSettings redis) {
    return open(vertx, instance, redis, InstantSource.system(), Json.object());
  }

  /**
   * The same with another clock and document.
   *
   * @param document becomes the gateway document of a namespace that has none
   */
  public static Future<Platform> open(
      Vertx vertx, String instance, RedisSettings redis, InstantSource clock, ObjectNode document) {
    SecureRandom random = new SecureRandom();
    LocalConnections connections = new LocalConnections(clock, random);
    return Backplane.join(vertx, instance, redis, IDS)
        .compose(
            backplane ->
                SettingsService.open(vertx, redis, backplane, seed(document))
                    .map(
                        settings ->
                            new Platform(
                                redis,
                                connections,
                                backplane,
                                new Membership(vertx, backplane),
                                new Broadcaster(vertx, backplane, connections),
                                new MethodBus(vertx),
                                settings,
                                IDS,
                                clock,
                                random,
                                LimitSettings.DEFAULTS,
                                new Variables(UnaryOperator.identity(), VariableRules.USUAL_ONLY),
                                Egress.DIRECT)));
  }

  private static DocumentSeed seed(ObjectNode document) {
    return new DocumentSeed(document, UnaryOperator.identity(), SettingsSchema::load);
  }
}
