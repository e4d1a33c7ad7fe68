package dev.krabkrab.gateway.platform.config;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the TLS files, so that a rotated certificate is served without a restart. Looks off the
 * event loop; a pair that does not fit yet is tried again at the next look.
 */
public final class TlsReloader {
  /** Time between two looks, in milliseconds. */
  public static final long PERIOD_MS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(TlsReloader.class);

  private final Vertx vertx;
  private final TlsSettings settings;
  private final TlsFiles files;
  private final Consumer<TlsMaterial> changed;
  private final long timer;
  private TlsMaterial served;
  private @Nullable Stamp seen;

  /** When both files were last written. */
  private record Stamp(FileTime certificate, FileTime key) {}

  private record Look(Stamp stamp, @Nullable TlsMaterial material) {}

  private TlsReloader(
      Vertx vertx,
      TlsSettings settings,
      TlsMaterial served,
      long periodMs,
      Consumer<TlsMaterial> changed) {
    this.vertx = vertx;
    this.settings = settings;
    this.files = new TlsFiles(settings);
    this.served = served;
    this.changed = changed;
    this.timer = vertx.setPeriodic(periodMs, tick -> look());
  }

  /**
   * Starts following.
   *
   * @param served what is served at the moment
   * @param changed is given each new pair, on the calling context
   */
  public static TlsReloader start(
      Vertx vertx,
      TlsSettings settings,
      TlsMaterial served,
      long periodMs,
      Consumer<TlsMaterial> changed) {
    return new TlsReloader(vertx, settings, served, periodMs, changed);
  }

  /** Stops following. */
  public void stop() {
    vertx.cancelTimer(timer);
  }

  private void look() {
    Stamp last = seen;
    vertx
        .<Look>executeBlocking(() -> lookAt(last))
        .onSuccess(this::take)
        .onFailure(e -> LOG.warn("the TLS files stay as they were: {}", e.getMessage()));
  }

  private Look lookAt(@Nullable Stamp last) throws IOException {
    Stamp now = new Stamp(written(settings.certPath()), written(settings.keyPath()));
    return new Look(now, now.equals(last) ? null : files.read());
  }

  private void take(Look look) {
    seen = look.stamp();
    TlsMaterial found = look.material();
    if (found != null && !found.equals(served)) {
      served = found;
      LOG.info("TLS certificate is now {}", found.fingerprint());
      changed.accept(found);
    }
  }

  private static FileTime written(Path file) throws IOException {
    return Files.getLastModifiedTime(file);
  }
}
