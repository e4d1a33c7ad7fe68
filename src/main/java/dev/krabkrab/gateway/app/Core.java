package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.cluster.Membership;
import dev.krabkrab.gateway.metrics.Instruments;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Variables;
import dev.krabkrab.gateway.redis.LinkCensus;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.settings.GatewaySettings;
import dev.krabkrab.gateway.settings.SettingsService;
import dev.krabkrab.gateway.telemetry.Traces;
import dev.krabkrab.gateway.transport.LocalConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;

/** What every room of an instance shares. */
record Core(
    LaunchPlan plan,
    RedisSettings redis,
    LinkCensus links,
    Ids ids,
    InstantSource clock,
    SecureRandom random,
    LocalConnections connections,
    Backplane backplane,
    Membership membership,
    Broadcaster broadcaster,
    SettingsService document,
    Instruments instruments,
    Traces traces,
    Variables variables) {

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
    LinkCensus links = new LinkCensus(instruments.redis());
    RedisSettings redis = server.observedBy(links);
    Ids ids = new SystemIds();
    SecureRandom random = new SecureRandom();
    LocalConnections connections =
        new LocalConnections(
            clock,
            random,
            plan.settings().limits().outboxBytes() / Runtime.getRuntime().availableProcessors());
    return Backplane.join(vertx, plan.settings().instanceId(), redis, ids)
        .onSuccess(backplane -> backplane.trace(traces))
        .compose(
            backplane ->
                SettingsService.open(
                        vertx,
                        redis,
                        backplane,
                        plan.seed(),
                        token(random),
                        plan.secrets().given(),
                        DocumentRules.of(plan))
                    .map(
                        document ->
                            new Core(
                                plan,
                                redis,
                                links,
                                ids,
                                clock,
                                random,
                                connections,
                                backplane,
                                new Membership(vertx, backplane),
                                new Broadcaster(vertx, backplane, connections),
                                document,
                                instruments,
                                traces,
                                new Variables(
                                    new Environment(System.getenv()),
                                    plan.settings().trust().variables()))));
  }

  /** The document's settings with what flags and environment put over them. */
  GatewaySettings settings() {
    return plan.over(document.current());
  }

  private static String token(SecureRandom random) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
