package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.InstanceRedis;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.redis.EmbeddedRedis;
import dev.krabkrab.gateway.platform.redis.RedisFacts;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks at the Redis that a gateway here uses. */
final class DoctorRedis {
  private static final String NAME = "Redis";
  private static final long PATIENCE_MS = 5_000;
  private static final String EVICTS =
      "Set maxmemory-policy noeviction: what Redis lets go is lost without a word.";

  private final CliContext context;

  DoctorRedis(CliContext context) {
    this.context = context;
  }

  /** Nothing where no gateway has a Redis here. */
  List<DoctorCheck> look(InstanceSettings settings, Path stateDir) {
    Vertx vertx = Vertx.vertx();
    try {
      String named = settings.redisUrl();
      Optional<String> url = named == null ? EmbeddedRedis.running(stateDir) : Optional.of(named);
      if (url.isEmpty()) {
        return List.of();
      }
      RedisSettings redis = InstanceRedis.of(settings, url.get());
      RedisFacts facts = facts(vertx, redis).await(PATIENCE_MS, TimeUnit.MILLISECONDS);
      return judged(facts, context.nowMs(), named == null);
    } catch (TimeoutException e) {
      return List.of(unreachable("no answer within " + PATIENCE_MS / 1_000 + " s"));
    } catch (IOException | InvalidSettingException e) {
      return List.of(unreachable(String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      return List.of(unreachable(e.getClass().getSimpleName() + ": " + e.getMessage()));
    } finally {
      vertx.close();
    }
  }

  private static DoctorCheck unreachable(String why) {
    return DoctorCheck.fail(
        NAME,
        why,
        "Is it running, and are redis.url and its password right? docs/operations/redis.md");
  }

  private static Future<RedisFacts> facts(Vertx vertx, RedisSettings redis) {
    Promise<RedisFacts> facts = Promise.promise();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            RedisLink link = RedisLink.create(vertx, redis);
            return link.ready().compose(RedisFacts::of).onComplete(facts);
          }
        };
    return vertx.deployVerticle(verticle).compose(up -> facts.future());
  }

  /**
   * What is to be said of a Redis.
   *
   * @param embedded whether a gateway runs it for itself
   */
  static List<DoctorCheck> judged(RedisFacts facts, long nowMs, boolean embedded) {
    List<DoctorCheck> checks = new ArrayList<>();
    String version = facts.version().isEmpty() ? "of unknown version" : facts.version();
    checks.add(
        facts.fixed()
            ? DoctorCheck.ok(NAME, version + (embedded ? ", run by a gateway here" : ""))
            : DoctorCheck.warn(
                NAME,
                version + " lacks known fixes, unless your distribution brought them in",
                "Update it; SECURITY.md says which releases have them."));
    checks.add(persistence(facts));
    boolean evicts = !facts.policy().isEmpty() && !facts.policy().equals("noeviction");
    String policy = "maxmemory-policy " + (facts.policy().isEmpty() ? "unknown" : facts.policy());
    checks.add(
        evicts && facts.memory() > 0
            ? DoctorCheck.fail("Redis eviction", policy, EVICTS)
            : evicts
                ? DoctorCheck.warn("Redis eviction", policy + ", no maxmemory", EVICTS)
                : DoctorCheck.ok("Redis eviction", policy));
    checks.add(DoctorCheck.clocks("Redis clock", "this machine's", facts.timeMs() - nowMs));
    return checks;
  }

  private static DoctorCheck persistence(RedisFacts facts) {
    String name = "Redis persistence";
    if (facts.appends()) {
      return DoctorCheck.ok(name, "appendonly yes");
    }
    return facts.saves().isBlank()
        ? DoctorCheck.fail(
            name, "none: a restart forgets all", "Set appendonly yes; docs/operations/redis.md")
        : DoctorCheck.warn(
            name,
            "snapshots alone (save " + facts.saves() + "): a crash loses the last minutes",
            "Set appendonly yes; docs/operations/redis.md");
  }
}
