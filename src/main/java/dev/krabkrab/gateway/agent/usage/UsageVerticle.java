package dev.krabkrab.gateway.agent.usage;

import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves {@code usage.*}: what models are used for and what it costs. Protocol 03 §4. */
public final class UsageVerticle extends FeatureVerticle {
  private @Nullable UsageService service;

  public UsageVerticle(Platform platform) {
    super(platform);
  }

  @Override
  protected void open(RedisLink link) {
    Supplier<SessionRules> rules = platform.section(SessionRules::of);
    UsageService opened =
        new UsageService(
            link, platform::content, () -> rules.get().defaultAgent(), platform.clock());
    platform.bus().serve(new UsageMethods(opened).handlers());
    service = opened;
  }

  /** The counts, once it is deployed. Safe from any thread. */
  public UsageService service() {
    return Objects.requireNonNull(service, "not deployed");
  }
}
