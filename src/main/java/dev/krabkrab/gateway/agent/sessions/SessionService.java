package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sessions, which all instances share: what they are set to, and which there are. Keys are made
 * canonical here, so that storage knows one form of each. Protocol 04 §3, §16.
 */
public final class SessionService {
  private static final DateTimeFormatter ARCHIVE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final String STORED_IN = "(redis)";
  private static final List<String> COUNTERS =
      List.of("inputTokens", "outputTokens", "totalTokens");
  private static final List<String> KEPT_BY_RESET =
      List.of(
          "thinkingLevel",
          "verboseLevel",
          "reasoningLevel",
          "responseUsage",
          "model",
          "modelProvider",
          "contextTokens",
          "sendPolicy",
          "label",
          "origin",
          "deliveryContext",
          "lastChannel",
          "lastTo",
          "lastAccountId");

  private final SessionStore sessions;
  private final SessionListing listing;
  private final SessionPreviews previews;
  private final TranscriptExport export;
  private final TranscriptStore transcripts;
  private final Supplier<SessionRules> rules;
  private final Ids ids;
  private final InstantSource clock;

  /**
   * @param rules what the gateway document says now
   */
  public SessionService(
      RedisLink link, Supplier<SessionRules> rules, Ids ids, InstantSource clock) {
    this.sessions = new SessionStore(link);
    this.transcripts = new TranscriptStore(link);
    this.listing = new SessionListing(sessions, new TranscriptReader(transcripts));
    this.previews = new SessionPreviews(sessions, transcripts);
    this.export = new TranscriptExport(sessions, transcripts);
    this.rules = rules;
    this.ids = ids;
    this.clock = clock;
  }

  /** The payload of {@code sessions.list}. */
  Future<JsonText> list(JsonNode params) {
    return listing.list(params, rules.get(), clock.millis());
  }

  /** The payload of {@code sessions.describe}. */
  Future<JsonText> describe(JsonNode params) {
    return listing.describe(
        canonical(params.path("key").asText()), params, rules.get(), clock.millis());
  }

  /** The payload of {@code sessions.export}. */
  Future<ObjectNode> export(JsonNode params) {
    return export.page(canonical(params.path("key").asText()), params);
  }

  /** How many sessions there are. */
  public Future<Long> count() {
    return sessions.count();
  }

  /** The sessions that changed last, as {@code sessions.list} shows them. */
  public Future<List<JsonNode>> recent(int most) {
    return list(Json.object().put("limit", most))
        .map(
            listed -> {
              List<JsonNode> rows = new ArrayList<>();
              Json.parseObject(listed.toString()).path("sessions").forEach(rows::add);
              return rows;
            });
  }

  /** The payload of {@code sessions.preview}; keys come back as they were sent. */
  Future<ObjectNode> preview(List<String> keys, int limit, int maxChars) {
    return previews.of(keys, this::canonical, limit, maxChars, clock.millis());
  }

  /** The payload of {@code sessions.resolve}. */
  Future<ObjectNode> resolve(JsonNode params) {
    String key = Json.nonBlank(params, "key");
    String id = Json.nonBlank(params, "sessionId");
    String label = Json.nonBlank(params, "label");
    int given = (key == null ? 0 : 1) + (id == null ? 0 : 1) + (label == null ? 0 : 1);
    if (given != 1) {
      throw GatewayError.invalid(
          given == 0
              ? "Either key, sessionId, or label is required"
              : "Provide either key, sessionId, or label (not multiple)");
    }
    if (key != null) {
      return found(sessions.find(canonical(key)), "No session found: " + key);
    }
    SessionFilter filter = SessionFilter.of(params, clock.millis());
    return label != null
        ? found(
            byIndex(sessions.keyOfLabel(label), filter), "No session found with label: " + label)
        : found(byIndex(sessions.keyOfId(String.valueOf(id)), filter), "No session found: " + id);
  }

  private Future<Optional<SessionEntry>> byIndex(
      Future<Optional<String>> key, SessionFilter filter) {
    return key.compose(
        found ->
            found.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : sessions.find(found.get()).map(entry -> entry.filter(filter::concerns)));
  }

  private static Future<ObjectNode> found(Future<Optional<SessionEntry>> entry, String otherwise) {
    return entry.map(
        found ->
            Json.object()
                .put("ok", true)
                .put("key", found.orElseThrow(() -> GatewayError.invalid(otherwise)).key()));
  }

  /** The payload of {@code sessions.patch}. */
  Future<ObjectNode> patch(JsonNode params) {
    String key = ofAgent(params.path("key").asText());
    SessionPatch patch = SessionPatch.of(params, key, rules.get());
    return sessions
        .patch(key, ids.uuid(), patch.remove(), patch.set())
        .map(
            patched ->
                switch (patched) {
                  case SessionStore.Patched.Done(SessionEntry entry) ->
                      changed(entry).put("path", STORED_IN);
                  case SessionStore.Patched.LabelTaken() ->
                      throw GatewayError.invalid(
                          "label already in use: " + params.path("label").asText().strip());
                  case SessionStore.Patched.SpawnerSet() ->
                      throw GatewayError.invalid("spawnedBy cannot be changed once set");
                });
  }

  /** The payload of {@code sessions.reset}. */
  Future<ObjectNode> reset(String given) {
    String key = ofAgent(given);
    Map<String, JsonNode> fresh = new LinkedHashMap<>();
    fresh.put("systemSent", JsonNodeFactory.instance.booleanNode(false));
    fresh.put("abortedLastRun", JsonNodeFactory.instance.booleanNode(false));
    COUNTERS.forEach(counter -> fresh.put(counter, JsonNodeFactory.instance.numberNode(0)));
    return sessions.reset(key, ids.uuid(), KEPT_BY_RESET, fresh).map(SessionService::changed);
  }

  private static ObjectNode changed(SessionEntry entry) {
    ObjectNode json = Json.object().put("ok", true).put("key", entry.key());
    json.set("entry", entry.fields());
    return json;
  }

  /** The payload of {@code sessions.delete}. */
  Future<ObjectNode> delete(String given, boolean withTranscript) {
    String key = canonical(given);
    refuseMain(key);
    return sessions
        .delete(key)
        .compose(
            id ->
                id.isEmpty() || !withTranscript
                    ? Future.succeededFuture(deleted(key, id.isPresent(), List.of()))
                    : archived(id.get()).map(archived -> deleted(key, true, archived)));
  }

  /** Fails for the session that is always there. */
  void refuseMain(String given) {
    String key = canonical(given);
    if (key.equals(rules.get().mainSession())) {
      throw GatewayError.invalid("Cannot delete the main session (" + key + ").");
    }
  }

  private Future<List<String>> archived(String sessionId) {
    String name = archiveName(sessionId, "deleted");
    return transcripts.archive(sessionId, name).map(there -> there ? List.of(name) : List.of());
  }

  private static ObjectNode deleted(String key, boolean deleted, List<String> archived) {
    ObjectNode json = Json.object().put("ok", true).put("key", key).put("deleted", deleted);
    json.set("archived", Json.texts(archived));
    return json;
  }

  /** The payload of {@code sessions.compact}. */
  Future<ObjectNode> compact(String given, int maxLines) {
    String key = canonical(given);
    return sessions
        .find(key)
        .compose(
            entry ->
                entry.isEmpty()
                    ? Future.succeededFuture(
                        compacted(ofAgent(given), false).put("reason", "no sessionId"))
                    : compact(entry.get(), maxLines));
  }

  private Future<ObjectNode> compact(SessionEntry entry, int maxLines) {
    String name = archiveName(entry.sessionId(), "bak");
    return transcripts
        .compact(entry.sessionId(), name, maxLines)
        .compose(
            done -> {
              ObjectNode json = compacted(entry.key(), done.shortened());
              if (done.lines().isEmpty()) {
                return Future.succeededFuture(json.put("reason", "no transcript"));
              }
              if (!done.shortened()) {
                return Future.succeededFuture(json.put("kept", done.lines().getAsInt()));
              }
              json.put("archived", name).put("kept", done.lines().getAsInt());
              return sessions.clear(entry.key(), entry.sessionId(), COUNTERS).map(json);
            });
  }

  private static ObjectNode compacted(String key, boolean compacted) {
    return Json.object().put("ok", true).put("key", key).put("compacted", compacted);
  }

  private String archiveName(String sessionId, String why) {
    return sessionId + ".jsonl." + why + "." + ARCHIVE_TIME.format(clock.instant());
  }

  /** The same of a session that is to be made, changed or followed. */
  String ofAgent(String given) {
    return rules.get().ofAgent(given);
  }

  String canonical(String given) {
    return canonical(rules.get(), given);
  }

  /**
   * The one form of a key.
   *
   * @throws GatewayError when it cannot be used
   */
  static String canonical(SessionRules rules, String given) {
    return rules.usable(given);
  }
}
