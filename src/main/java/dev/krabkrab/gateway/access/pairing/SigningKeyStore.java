package dev.krabkrab.gateway.access.pairing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.auth.SigningKeys;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** The keys that sign device tokens, in Redis: one value, shared by all instances. */
final class SigningKeyStore {
  private static final LuaScript MAKE = LuaScript.load("lua/access/pairing/keys_make.lua");
  private static final LuaScript REPLACE = LuaScript.load("lua/access/pairing/keys_replace.lua");

  private final RedisLink redis;
  private final String key;

  SigningKeyStore(RedisLink redis) {
    this.redis = redis;
    this.key = redis.settings().key("keys", "device-tokens");
  }

  /** The keys in force; the proposal when there were none. */
  Future<SigningKeys> load(SigningKeys proposal) {
    return redis.runDurable(MAKE, List.of(key), List.of(encode(proposal))).map(this::decode);
  }

  /** Replaces the keys, unless they are not these any more; answers the keys in force. */
  Future<SigningKeys> replace(SigningKeys old, SigningKeys next) {
    return redis
        .runDurable(REPLACE, List.of(key), List.of(encode(old), encode(next)))
        .map(this::decode);
  }

  private static String encode(SigningKeys keys) {
    ObjectNode json = Json.object().put("current", keys.currentKid());
    ArrayNode list = json.putArray("keys");
    keys.keys().forEach(k -> list.addObject().put("kid", k.kid()).put("secret", k.secret()));
    return Json.text(json);
  }

  private SigningKeys decode(Object answer) {
    ObjectNode json = Json.parseObject(answer.toString());
    var keys = new ArrayList<SigningKeys.Key>();
    for (JsonNode node : json.withArray("keys")) {
      keys.add(new SigningKeys.Key(node.path("kid").asText(), node.path("secret").asText()));
    }
    return new SigningKeys(json.path("current").asText(), keys);
  }
}
