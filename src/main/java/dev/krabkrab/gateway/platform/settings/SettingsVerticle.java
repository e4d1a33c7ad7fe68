package dev.krabkrab.gateway.platform.settings;

import dev.krabkrab.gateway.platform.rpc.EmptyAnswers;
import dev.krabkrab.gateway.platform.rpc.MethodBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Serves the gateway document: {@code config.*} and {@code update.*}. Protocol 03 §8 to §12. What
 * interfaces ask for and a gateway of this kind has none of is answered here, too.
 */
public final class SettingsVerticle extends VerticleBase {
  private final SettingsService document;
  private final MethodBus bus;
  private final InstantSource clock;
  private final Callable<SettingsSchema> loader;
  private final DocumentAudit audit;
  private final String version;
  private @Nullable SettingsSchema schema;
  private @Nullable SettingsEditor editor;

  /**
   * @param loader reads the schema with the rules of this instance; may block
   * @param audit takes down who changed what
   * @param version release that is stamped into documents
   */
  public SettingsVerticle(
      SettingsService document,
      MethodBus bus,
      InstantSource clock,
      Callable<SettingsSchema> loader,
      DocumentAudit audit,
      String version) {
    this.document = document;
    this.bus = bus;
    this.clock = clock;
    this.loader = loader;
    this.audit = audit;
    this.version = version;
  }

  @Override
  public Future<?> start() {
    return vertx.executeBlocking(loader).onSuccess(loaded -> serve(Objects.requireNonNull(loaded)));
  }

  private void serve(SettingsSchema loaded) {
    SettingsEditor changes = new SettingsEditor(document, loaded, clock, version, audit);
    bus.serve(new SettingsMethods(document, loaded, changes, clock, version).handlers());
    bus.serve(new UpdateMethods(version, clock).handlers());
    bus.serve(EmptyAnswers.handlers());
    schema = loaded;
    editor = changes;
  }

  /** Changes the document, once it is deployed. */
  public DocumentChanges changes() {
    return Objects.requireNonNull(editor, "not deployed");
  }

  /** Whether the document is right as it is now. */
  public boolean valid() {
    return Objects.requireNonNull(schema, "not deployed")
        .issues(document.document().parsed())
        .isEmpty();
  }
}
