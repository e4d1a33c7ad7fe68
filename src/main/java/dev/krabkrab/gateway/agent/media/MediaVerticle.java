package dev.krabkrab.gateway.agent.media;

import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps files for all who serve them, over a connection that large files may hold up. */
public final class MediaVerticle extends FeatureVerticle {
  private @Nullable MediaService service;

  public MediaVerticle(Platform platform) {
    super(platform);
  }

  @Override
  protected void open(RedisLink link) {
    service = new MediaService(link, platform.ids());
  }

  /** The files, once it is deployed. Safe from any thread. */
  public MediaService service() {
    return Objects.requireNonNull(service, "not deployed");
  }
}
