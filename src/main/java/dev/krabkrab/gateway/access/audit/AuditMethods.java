package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditReader.Found;
import dev.krabkrab.gateway.access.audit.AuditReader.Query;
import dev.krabkrab.gateway.access.audit.AuditReader.Row;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code audit.list}, a method of this gateway alone: the trail for administrators, by pages.
 * Params {@code limit}, {@code cursor}, {@code since}, {@code until}, {@code action}, {@code
 * device}, {@code oldestFirst}, {@code text}; answers {@code entries}, {@code next}, {@code head},
 * {@code anchor}.
 */
public final class AuditMethods {
  private static final int USUAL = 100;
  private static final Pattern ID = Pattern.compile("\\d{1,19}-\\d{1,19}");

  private final AuditService service;

  public AuditMethods(AuditService service) {
    this.service = service;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of("audit.list", this::list);
  }

  private Future<JsonText> list(Call call) {
    ObjectNode params = call.params();
    Query query =
        new Query(
            !params.path("oldestFirst").asBoolean(false),
            cursor(params),
            number(params, "since"),
            number(params, "until"),
            Json.nonBlank(params, "action"),
            Json.nonBlank(params, "device"),
            params.path("limit").asInt(USUAL));
    boolean withText = params.path("text").asBoolean(false);
    return service.find(query).map(found -> answer(found, withText));
  }

  private static JsonText answer(Found found, boolean withText) {
    ObjectNode json = Json.object();
    ArrayNode entries = json.putArray("entries");
    found.rows().forEach(row -> entries.add(entry(row, withText)));
    json.put("next", found.next());
    json.set("head", link(found.head()));
    json.set("anchor", link(found.anchor()));
    return JsonText.of(json);
  }

  /** With its text it can be verified; without, it is read. */
  private static ObjectNode entry(Row row, boolean withText) {
    ObjectNode json = Json.object();
    if (withText) {
      json.put("text", row.entry().text());
    } else if (row.content() instanceof ObjectNode content) {
      json.setAll(content);
    }
    return json.put("id", row.entry().id()).put("hash", row.entry().hash());
  }

  private static ObjectNode link(AuditLink link) {
    return Json.object().put("seq", link.seq()).put("hash", link.hash()).put("ms", link.atMs());
  }

  private static @Nullable String cursor(ObjectNode params) {
    String cursor = Json.nonBlank(params, "cursor");
    if (cursor != null && !ID.matcher(cursor).matches()) {
      throw GatewayError.invalid("invalid cursor");
    }
    return cursor;
  }

  private static @Nullable Long number(ObjectNode params, String field) {
    JsonNode value = params.get(field);
    return value == null || value.isNull() ? null : value.asLong();
  }
}
