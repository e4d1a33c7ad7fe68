package dev.krabkrab.gateway.control.logs;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code logs.tail} over all instances; follows the log of this process from its start to
 * its stop.
 */
public final class LogVerticle extends FeatureVerticle {
  private final Supplier<List<String>> given;
  private volatile LogSettings settings = LogSettings.of(MissingNode.getInstance());
  private volatile List<String> secrets = List.of();
  private @Nullable LogService logs;

  /**
   * @param given secrets in force, wherever they come from; never shown
   */
  public LogVerticle(Platform platform, Supplier<List<String>> given) {
    super(platform);
    this.given = given;
  }

  @Override
  protected void open(RedisLink link) {
    read();
    platform.document().onChange(changed -> read());
    LogService opened =
        LogService.open(
            vertx, link, platform.instance(), () -> settings, () -> secrets, platform.clock());
    platform.bus().serve(new LogMethods(opened).handlers());
    logs = opened;
  }

  @Override
  public Future<?> stop() {
    LogService opened = logs;
    return opened == null ? Future.succeededFuture() : opened.close();
  }

  private void read() {
    settings = LogSettings.of(platform.content());
    secrets = KnownSecrets.in(platform.content(), given.get());
  }
}
