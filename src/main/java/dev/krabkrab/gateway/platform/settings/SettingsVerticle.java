package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import dev.krabkrab.gateway.platform.rpc.EmptyAnswers;
import dev.krabkrab.gateway.platform.rpc.MethodBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the gateway document: {@code config.*} and {@code update.*}. Protocol 03 §8 to §12. What
 * interfaces ask for and a gateway of this kind has none of is answered here, too.
 */
public final class SettingsVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsVerticle.class);
  private static final int MOST_REPORTED = 10;

  private final SettingsService document;
  private final MethodBus bus;
  private final InstantSource clock;
  private final Surroundings surroundings;
  private final String version;
  private @Nullable SettingsSchema schema;
  private @Nullable SettingsEditor editor;

  /**
   * @param version release that is stamped into documents
   */
  public SettingsVerticle(
      SettingsService document,
      MethodBus bus,
      InstantSource clock,
      Surroundings surroundings,
      String version) {
    this.document = document;
    this.bus = bus;
    this.clock = clock;
    this.surroundings = surroundings;
    this.version = version;
  }

  /**
   * What the document is judged by.
   *
   * @param loader reads the schema with the rules of this instance; may block
   * @param audit takes down who changed what
   * @param survey finds what of a document does not work on some instance
   */
  public record Surroundings(
      Callable<SettingsSchema> loader, DocumentAudit audit, DocumentSurvey survey) {}

  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(surroundings.loader())
        .onSuccess(loaded -> serve(Objects.requireNonNull(loaded)));
  }

  private void serve(SettingsSchema loaded) {
    SettingsEditor changes =
        new SettingsEditor(document, loaded, clock, version, surroundings.audit());
    bus.serve(
        new SettingsMethods(document, loaded, changes, surroundings.survey(), clock, version)
            .handlers());
    bus.serve(new UpdateMethods(version, clock).handlers());
    bus.serve(EmptyAnswers.handlers());
    schema = loaded;
    editor = changes;
    report(loaded.warnings(document.document().parsed(), false));
  }

  private static void report(ArrayNode warnings) {
    for (int i = 0; i < Math.min(warnings.size(), MOST_REPORTED); i++) {
      JsonNode warning = warnings.get(i);
      LOG.warn(
          "gateway document: {} {}",
          SafeText.line(warning.path("path").asText()),
          SafeText.line(warning.path("message").asText()));
    }
    if (warnings.size() > MOST_REPORTED) {
      LOG.warn(
          "gateway document: {} more; see krabkrab config get", warnings.size() - MOST_REPORTED);
    }
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
