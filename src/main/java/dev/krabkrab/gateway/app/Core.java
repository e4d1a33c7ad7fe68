package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.edge.metrics.Instruments;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.cluster.Membership;
import dev.krabkrab.gateway.platform.config.Environment;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Variables;
import dev.krabkrab.gateway.platform.redis.LinkHealth;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.rpc.MethodBus;
import dev.krabkrab.gateway.platform.settings.DocumentSeed;
import dev.krabkrab.gateway.platform.settings.SettingsService;
import dev.krabkrab.gateway.platform.telemetry.Traces;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The parts of an instance.
 *
 * @param plan the plan of this start
 * @param platform what every verticle is given
 * @param links the connections to Redis
 * @param auth {@code gateway.auth} with what flags and environment put over it
 * @param instruments what is measured
 */
record Core(
    LaunchPlan plan,
    Platform platform,
    LinkHealth links,
    Supplier<AuthSettings> auth,
    Instruments instruments,
    Traces traces) {

  /** Bytes of a generated shared token. */
  private static final int TOKEN_BYTES = 24;

  /** Opens it on the calling context. */
  static Future<Core> open(
      Vertx vertx,
      LaunchPlan plan,
      RedisSettings server,
      InstantSource clock,
      Instruments instruments,
      Traces traces) {
    LinkHealth links = new LinkHealth(instruments.redis());
    RedisSettings redis = server.observedBy(links);
    SystemIds ids = new SystemIds();
    SecureRandom random = new SecureRandom();
    return Backplane.join(vertx, plan.settings().instanceId(), redis, ids)
        .onSuccess(backplane -> backplane.trace(traces))
        .compose(
            backplane ->
                SettingsService.open(vertx, redis, backplane, seed(plan, random))
                    .map(document -> platform(vertx, plan, redis, backplane, document, clock)))
        .map(
            platform ->
                new Core(
                    plan,
                    platform,
                    links,
                    platform.section(content -> plan.over(AuthSettings.of(content))),
                    instruments,
                    traces));
  }

  private static Platform platform(
      Vertx vertx,
      LaunchPlan plan,
      RedisSettings redis,
      Backplane backplane,
      SettingsService document,
      InstantSource clock) {
    SecureRandom random = new SecureRandom();
    LocalConnections connections =
        new LocalConnections(
            clock,
            random,
            plan.settings().limits().outboxBytes() / Runtime.getRuntime().availableProcessors());
    return new Platform(
        redis,
        connections,
        backplane,
        new Membership(vertx, backplane),
        new Broadcaster(vertx, backplane, connections),
        new MethodBus(vertx),
        document,
        new SystemIds(),
        clock,
        random,
        plan.settings().limits(),
        new Variables(new Environment(System.getenv()), plan.settings().trust().variables()),
        plan.settings().egress());
  }

  RedisSettings redis() {
    return platform.redis();
  }

  LocalConnections connections() {
    return platform.connections();
  }

  Backplane backplane() {
    return platform.backplane();
  }

  Membership membership() {
    return platform.membership();
  }

  Broadcaster broadcaster() {
    return platform.broadcaster();
  }

  SettingsService document() {
    return platform.document();
  }

  Ids ids() {
    return platform.ids();
  }

  InstantSource clock() {
    return platform.clock();
  }

  SecureRandom random() {
    return platform.random();
  }

  /** A new namespace gets a token of its own, unless a secret came with the start. */
  private static DocumentSeed seed(LaunchPlan plan, SecureRandom random) {
    return new DocumentSeed(
        plan.seed(),
        plan.secrets().given()
            ? UnaryOperator.identity()
            : content -> AuthSettings.withTokenIfNeeded(content, token(random)),
        () -> DocumentRules.schema(plan));
  }

  private static String token(SecureRandom random) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
