package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes the document the way a client asks for: from a known revision, checked, stamped, all or
 * nothing. Refusals come in the order of Protocol 03 §10.
 */
public final class SettingsEditor implements DocumentChanges {
  /** How often a change begins anew because another one was faster. */
  private static final int MOST_ATTEMPTS = 20;

  private static final String NO_BASE = "config base hash required; re-run config.get and retry";
  private static final String STALE = "config changed since last load; re-run config.get and retry";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final SettingsService service;
  private final SettingsSchema schema;
  private final InstantSource clock;
  private final String version;
  private final DocumentAudit audit;

  /**
   * @param version release that stamps the documents it writes
   */
  public SettingsEditor(
      SettingsService service,
      SettingsSchema schema,
      InstantSource clock,
      String version,
      DocumentAudit audit) {
    this.service = service;
    this.schema = schema;
    this.clock = clock;
    this.version = version;
    this.audit = audit;
  }

  /**
   * Puts a whole new document in place.
   *
   * @param by who asks for it
   * @param baseHash revision the caller has seen
   * @param raw JSON5 text
   */
  public Future<Written> replace(Caller by, @Nullable String baseHash, String raw) {
    return from(by, baseHash, current -> parse(raw));
  }

  /**
   * What was written.
   *
   * @param content the new content, without the stamp
   * @param leftOut sections that belong to an instance, and were asked for
   */
  public record Written(ObjectNode content, List<String> leftOut) {
    public Written {
      leftOut = List.copyOf(leftOut);
    }
  }

  /** Merges a JSON5 object into the document; otherwise as {@link #replace}. */
  public Future<Written> patch(Caller by, @Nullable String baseHash, String raw) {
    return from(by, baseHash, current -> patched(current, raw));
  }

  @Override
  public Future<ObjectNode> change(Caller by, UnaryOperator<ObjectNode> change) {
    return attempt(by, change, MOST_ATTEMPTS);
  }

  private Future<ObjectNode> attempt(Caller by, UnaryOperator<ObjectNode> change, int left) {
    return service
        .refresh()
        .compose(
            current -> {
              ObjectNode next = checked(change.apply(current.parsed().deepCopy()), current);
              return write(by, current, next)
                  .compose(
                      won -> won || left == 1 ? won(won, next) : attempt(by, change, left - 1));
            });
  }

  private interface Change {
    JsonNode from(GatewayDocument current);
  }

  private Future<Written> from(Caller by, @Nullable String baseHash, Change change) {
    return service
        .refresh()
        .compose(
            current -> {
              checkBase(baseHash, current);
              JsonNode asked = change.from(current);
              List<String> leftOut = InstanceSections.takeOut(asked);
              ObjectNode next = checked(asked, current);
              return write(by, current, next)
                  .compose(won -> won(won, next))
                  .map(content -> new Written(content, leftOut));
            });
  }

  private static Future<ObjectNode> won(boolean won, ObjectNode next) {
    return won ? Future.succeededFuture(next) : Future.failedFuture(GatewayError.invalid(STALE));
  }

  /** Puts the content in place of the revision it was made from; false when that is gone. */
  private Future<Boolean> write(Caller by, GatewayDocument current, ObjectNode next) {
    GatewayDocument written = GatewayDocument.of(stamped(next));
    return audit.writing(
        new DocumentAudit.Change(by, current, written),
        () -> service.replace(current.hash(), written));
  }

  private static void checkBase(@Nullable String baseHash, GatewayDocument current) {
    if (baseHash == null || baseHash.isBlank()) {
      throw GatewayError.invalid(NO_BASE);
    }
    if (!baseHash.strip().equals(current.hash())) {
      throw GatewayError.invalid(STALE);
    }
  }

  /** A patch of an invalid document is taken when it puts it right. */
  private JsonNode patched(GatewayDocument current, String raw) {
    boolean sound = schema.issues(current.parsed()).isEmpty();
    if (!(parse(raw) instanceof ObjectNode patch)) {
      throw GatewayError.invalid("config.patch raw must be an object");
    }
    ObjectNode next = MergePatch.apply(current.parsed(), patch);
    if (!sound && !schema.issues(next).isEmpty()) {
      throw GatewayError.invalid("invalid config; fix before patching");
    }
    return next;
  }

  private static JsonNode parse(String raw) {
    try {
      return Json5.parse(raw);
    } catch (Json5.SyntaxException e) {
      throw GatewayError.invalid(String.valueOf(e.getMessage()));
    }
  }

  /** With what it hides as it was. */
  private ObjectNode checked(JsonNode written, GatewayDocument current) {
    HiddenSecrets.Restored restored =
        HiddenSecrets.restore(schema.secrets(), written, current.parsed());
    JsonNode content = restored.content();
    ArrayNode issues =
        restored.issues().isEmpty() ? schema.issues(content, current.parsed()) : restored.issues();
    if (issues.isEmpty() && content instanceof ObjectNode object) {
      return object;
    }
    throw GatewayError.invalid("invalid config", Json.object().set("issues", issues));
  }

  private ObjectNode stamped(ObjectNode content) {
    ObjectNode copy = content.deepCopy();
    ObjectNode meta = copy.get("meta") instanceof ObjectNode there ? there : copy.putObject("meta");
    meta.put("lastTouchedVersion", version);
    meta.put("lastTouchedAt", iso(clock.instant()));
    return copy;
  }

  /** ISO 8601 in UTC with milliseconds. */
  static String iso(Instant instant) {
    return TIME.format(instant);
  }
}
