package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Node pairing in Redis, one aggregate, one script for each transition. Of a token only its digest
 * is kept. Fails closed. Protocol 02 §7.
 */
public final class NodePairingStore {
  private static final LuaScript REQUEST = LuaScript.load("lua/control/nodes/pair_request.lua");
  private static final LuaScript SETTLE = LuaScript.load("lua/control/nodes/pair_settle.lua");
  private static final LuaScript LIST = LuaScript.load("lua/control/nodes/pair_list.lua");
  private static final LuaScript REMOVE = LuaScript.load("lua/control/nodes/pair_remove.lua");
  private static final LuaScript UPDATE = LuaScript.load("lua/control/nodes/pair_update.lua");

  /** Requests that may wait at once. */
  static final int MOST_WAITING = 200;

  private static final String REJECT = "";

  private final RedisLink link;
  private final String ttl;

  /**
   * @param ttlMs life of a request, in milliseconds
   */
  public NodePairingStore(RedisLink link, long ttlMs) {
    this.link = link;
    this.ttl = Long.toString(ttlMs);
  }

  /** A request to pair. */
  record Pending(String requestId, long ts, boolean isRepair, ObjectNode facts) {}

  /** What asking came to. */
  record Requested(boolean created, Pending pending) {}

  /** A paired node. */
  record Paired(
      ObjectNode facts,
      String digest,
      long createdAtMs,
      long approvedAtMs,
      @Nullable Long lastConnectedAtMs,
      @Nullable String displayName) {}

  /** A settled request; the node is null after a rejection. */
  record Settled(String nodeId, long atMs, @Nullable Paired node) {}

  /**
   * What became of a node that was to be forgotten.
   *
   * @param known there was a pairing or a request
   * @param requestId of the request that was pending, blank without one
   */
  record Removed(boolean known, String requestId, long atMs) {}

  /** Everything there is, in no order. */
  record Listing(List<Pending> pending, List<Paired> paired) {}

  /** Asks to pair a node; empty when too many wait already. */
  Future<Optional<Requested>> request(String nodeId, String requestId, ObjectNode facts) {
    return link.run(
            REQUEST,
            List.of(requests(), byNode(), paired(), ends()),
            List.of(nodeId, requestId, Json.text(facts), ttl, Integer.toString(MOST_WAITING)))
        .map(
            answer ->
                Replies.number(answer.get(0)) < 0
                    ? Optional.empty()
                    : Optional.of(
                        new Requested(
                            Replies.number(answer.get(0)) == 1,
                            pending(answer.get(1).toString(), answer.get(2).toString()))));
  }

  Future<Optional<Settled>> approve(String requestId, String tokenDigest) {
    return settle(requestId, tokenDigest);
  }

  Future<Optional<Settled>> reject(String requestId) {
    return settle(requestId, REJECT);
  }

  Future<Listing> list() {
    return link.run(LIST, List.of(requests(), byNode(), paired(), ends()), List.of(ttl))
        .map(
            answer -> {
              List<Pending> pending = new ArrayList<>();
              pairs(answer.get(0)).forEach((id, json) -> pending.add(pending(id, json)));
              List<Paired> nodes = new ArrayList<>();
              pairs(answer.get(1)).forEach((id, json) -> nodes.add(paired(json)));
              return new Listing(pending, nodes);
            });
  }

  Future<Optional<Paired>> find(String nodeId) {
    return link.send(Request.cmd(Command.HGET).arg(paired()).arg(nodeId))
        .map(answer -> Optional.ofNullable(Replies.text(answer)).map(NodePairingStore::paired));
  }

  /** Names a node; false when nobody knows it. */
  Future<Boolean> rename(String nodeId, String displayName, boolean knownElsewhere) {
    return update(nodeId, "displayName", displayName, knownElsewhere);
  }

  /** Notes that a node connected, if it is paired here. */
  Future<Boolean> connected(String nodeId) {
    return update(nodeId, "lastConnectedAtMs", "", false);
  }

  /** Names that people gave, by node id. */
  Future<Map<String, String>> displayNames() {
    return link.send(Request.cmd(Command.HGETALL).arg(names()))
        .map(
            answer -> {
              Map<String, String> names = new LinkedHashMap<>();
              for (String nodeId : answer.getKeys()) {
                names.put(nodeId, answer.get(nodeId).toString());
              }
              return names;
            });
  }

  Future<Removed> remove(String nodeId) {
    return link.run(
            REMOVE, List.of(requests(), byNode(), paired(), names(), ends()), List.of(nodeId))
        .map(
            answer ->
                new Removed(
                    Replies.number(answer.get(0)) == 1,
                    answer.get(1).toString(),
                    Replies.number(answer.get(2))));
  }

  private Future<Boolean> update(String nodeId, String field, String value, boolean known) {
    List<String> args = List.of(nodeId, field, value, known ? "1" : "0");
    return link.run(UPDATE, List.of(paired(), names()), args)
        .map(answer -> Replies.number(answer) == 1);
  }

  private Future<Optional<Settled>> settle(String requestId, String digest) {
    return link.run(
            SETTLE,
            List.of(requests(), byNode(), paired(), ends()),
            List.of(requestId, ttl, digest))
        .map(answer -> Optional.ofNullable(answer).map(NodePairingStore::settled));
  }

  private static Settled settled(Response answer) {
    String node = Replies.text(answer.get(2));
    return new Settled(
        answer.get(0).toString(),
        Replies.number(answer.get(1)),
        node == null ? null : paired(node));
  }

  private static Pending pending(String requestId, String stored) {
    ObjectNode json = Json.parseObject(stored);
    return new Pending(
        requestId,
        json.path("ts").asLong(),
        json.path("isRepair").asBoolean(),
        Json.parseObject(json.path("facts").asText()));
  }

  private static Paired paired(String stored) {
    ObjectNode json = Json.parseObject(stored);
    return new Paired(
        Json.parseObject(json.path("facts").asText()),
        json.path("digest").asText(),
        json.path("createdAtMs").asLong(),
        json.path("approvedAtMs").asLong(),
        json.has("lastConnectedAtMs") ? json.get("lastConnectedAtMs").asLong() : null,
        Json.textOrNull(json, "displayName"));
  }

  /** Reads names and values in turn, as scripts hand on a hash. */
  private static Map<String, String> pairs(Response flat) {
    List<String> parts = Replies.texts(flat);
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i + 1 < parts.size(); i += 2) {
      pairs.put(parts.get(i), parts.get(i + 1));
    }
    return pairs;
  }

  private String requests() {
    return key("requests");
  }

  private String byNode() {
    return key("request-of");
  }

  private String paired() {
    return key("paired");
  }

  private String ends() {
    return key("ends");
  }

  private String names() {
    return key("names");
  }

  private String key(String rest) {
    return link.settings().key("nodepair", rest);
  }
}
