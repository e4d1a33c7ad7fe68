package dev.krabkrab.gateway.agent.skills;

import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.settings.DocumentChanges;
import dev.krabkrab.gateway.platform.settings.DocumentValues;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Serves {@code skills.*}. Protocol 03 §18, 02 §12. */
public final class SkillVerticle extends VerticleBase {
  private final Platform platform;
  private final Path folder;
  private final DocumentChanges changes;
  private @Nullable SkillService service;

  /**
   * @param folder whose folders are the skills, or a zip archive of them; need not exist
   * @param changes writes into the gateway document
   */
  public SkillVerticle(Platform platform, Path folder, DocumentChanges changes) {
    this.platform = platform;
    this.folder = folder;
    this.changes = changes;
  }

  @Override
  public Future<?> start() {
    SkillService opened =
        new SkillService(
            vertx,
            folder,
            platform::content,
            platform.section(document -> DocumentValues.texts(document.at("/skills/bins"))),
            changes,
            System.getenv());
    platform.bus().serve(new SkillMethods(opened).handlers());
    service = opened;
    return Future.succeededFuture();
  }

  /** The skills, once it is deployed. Safe from any thread. */
  public SkillService service() {
    return Objects.requireNonNull(service, "not deployed");
  }
}
