package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Sessions in Redis: one aggregate, each transition one script. Protocol 04 §25.1. Fails closed.
 */
final class SessionStore {
  private static final LuaScript PATCH = LuaScript.load("lua/agent/sessions/patch.lua");
  private static final LuaScript RESET = LuaScript.load("lua/agent/sessions/reset.lua");
  private static final LuaScript CLEAR = LuaScript.load("lua/agent/sessions/clear.lua");
  private static final LuaScript SETTLE = LuaScript.load("lua/agent/sessions/settle.lua");
  private static final LuaScript DELETE = LuaScript.load("lua/agent/sessions/delete.lua");
  private static final LuaScript FIND = LuaScript.load("lua/agent/sessions/find.lua");
  private static final LuaScript LIST = LuaScript.load("lua/agent/sessions/list.lua");

  private final RedisLink redis;

  SessionStore(RedisLink redis) {
    this.redis = redis;
  }

  /** The outcome of a change. */
  sealed interface Patched {
    record Done(SessionEntry entry) implements Patched {}

    /** Another session has the label. */
    record LabelTaken() implements Patched {}

    /** Another session has spawned it. */
    record SpawnerSet() implements Patched {}
  }

  /** Changes fields; a session that is not there is made with the id. */
  Future<Patched> patch(String key, String newId, List<String> remove, Map<String, JsonNode> set) {
    return redis
        .runDurable(PATCH, List.of(prefix()), arguments(key, newId, remove, set))
        .map(
            answer ->
                switch (answer.get(0).toString()) {
                  case "ok" -> new Patched.Done(entry(key, answer.get(1)));
                  case "label-taken" -> new Patched.LabelTaken();
                  default -> new Patched.SpawnerSet();
                });
  }

  /** Begins anew with another id. */
  Future<SessionEntry> reset(
      String key, String newId, List<String> keep, Map<String, JsonNode> set) {
    return redis
        .runDurable(RESET, List.of(prefix()), arguments(key, newId, keep, set))
        .map(answer -> entry(key, answer));
  }

  private static List<String> arguments(
      String key, String newId, List<String> names, Map<String, JsonNode> set) {
    List<String> args = new ArrayList<>(List.of(key, quoted(newId)));
    args.add(Integer.toString(names.size()));
    args.addAll(names);
    set.forEach((name, value) -> args.addAll(List.of(name, Json.text(value))));
    return args;
  }

  /** Removes fields, unless the session was deleted or begun anew meanwhile. */
  Future<Void> clear(String key, String sessionId, List<String> names) {
    List<String> args = new ArrayList<>(List.of(key, quoted(sessionId)));
    args.addAll(names);
    return redis.runDurable(CLEAR, List.of(prefix()), args).mapEmpty();
  }

  /**
   * Sets fields, unless the session was deleted or begun anew meanwhile.
   *
   * @param fields a name that begins with {@code +} is added to what is there
   */
  Future<Void> settle(String key, String sessionId, Map<String, JsonNode> fields) {
    List<String> args = new ArrayList<>(List.of(key, quoted(sessionId)));
    fields.forEach((name, value) -> args.addAll(List.of(name, Json.text(value))));
    return redis.runDurable(SETTLE, List.of(prefix()), args).mapEmpty();
  }

  /** Forgets a session; answers the id it had. */
  Future<Optional<String>> delete(String key) {
    return redis
        .runDurable(DELETE, List.of(prefix()), List.of(key))
        .map(answer -> Optional.of(unquoted(answer.toString())).filter(id -> !id.isEmpty()));
  }

  Future<Optional<SessionEntry>> find(String key) {
    return redis
        .run(FIND, List.of(prefix()), List.of(key))
        .map(answer -> Optional.of(entry(key, answer)).filter(entry -> !entry.fields().isEmpty()));
  }

  Future<Optional<String>> keyOfLabel(String label) {
    return keyOf("labels", label);
  }

  Future<Optional<String>> keyOfId(String sessionId) {
    return keyOf("ids", sessionId);
  }

  private Future<Optional<String>> keyOf(String index, String value) {
    return redis
        .send(Request.cmd(Command.HGET).arg(prefix() + index).arg(quoted(value)))
        .map(answer -> Optional.ofNullable(Replies.text(answer)));
  }

  /** How many there are. */
  Future<Long> count() {
    return redis.send(Request.cmd(Command.ZCARD).arg(prefix() + "updated")).map(Replies::number);
  }

  /**
   * Sessions as lists show them, by their last change, the latest first.
   *
   * @param onlyKey the only one looked at, or empty
   * @param after the end of the part before, or empty
   * @param look how many sessions this part looks at, or a few more
   * @param limit the most that are answered
   */
  Future<SessionRows> list(
      SessionFilter filter, String onlyKey, String after, int look, int limit) {
    String spawner = filter.spawnedBy();
    List<String> args =
        List.of(
            onlyKey,
            after,
            Integer.toString(look),
            Integer.toString(limit),
            Long.toString(filter.since()),
            Objects.requireNonNullElse(filter.agent(), ""),
            spawner == null ? "" : quoted(spawner),
            filter.global() ? "1" : "",
            filter.unknown() ? "1" : "");
    return redis.run(LIST, List.of(prefix()), args).map(SessionStore::rows);
  }

  private static SessionRows rows(Response answer) {
    List<Buffer> rows = new ArrayList<>(answer.size());
    for (int i = 1; i < answer.size(); i++) {
      rows.add(answer.get(i).toBuffer());
    }
    return new SessionRows(rows, answer.get(0).toString());
  }

  /** Fields are kept as JSON texts, so that a change touches those it names and no others. */
  private static SessionEntry entry(String key, Response flat) {
    ObjectNode fields = Json.object();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      JsonNode value = Json.tryParse(flat.get(i + 1).toString());
      if (value != null) {
        fields.set(flat.get(i).toString(), value);
      }
    }
    return new SessionEntry(key, fields);
  }

  private String prefix() {
    return redis.settings().key("sessions", "");
  }

  private static String quoted(String text) {
    return Json.text(Json.mapper().getNodeFactory().textNode(text));
  }

  private static String unquoted(String text) {
    JsonNode parsed = Json.tryParse(text);
    return parsed == null ? "" : parsed.asText();
  }
}
