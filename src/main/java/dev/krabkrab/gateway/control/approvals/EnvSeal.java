package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The variables a command is to run with, so that they can be compared but not read: names, and
 * digests of names and values. The values are often secret and sometimes short, so what leaves the
 * gateway is keyed, and the key is shown to nobody.
 *
 * @param names sorted
 * @param hash SHA-256 of names and values, for the claim's script alone; blank for none
 * @param salt drawn for this approval
 * @param digest HMAC of names and values under the salt; blank for none
 */
record EnvSeal(List<String> names, String hash, String salt, String digest) {
  EnvSeal {
    names = List.copyOf(names);
  }

  static EnvSeal of(JsonNode env, String salt) {
    String canonical = canonical(env);
    return canonical.isEmpty()
        ? new EnvSeal(List.of(), "", salt, "")
        : new EnvSeal(
            new ArrayList<>(sorted(env).keySet()),
            Hashes.sha256(canonical),
            salt,
            Hashes.hmac(salt, canonical));
  }

  /** What a claim's variables are compared by; blank for none. */
  static String hash(JsonNode env) {
    String canonical = canonical(env);
    return canonical.isEmpty() ? "" : Hashes.sha256(canonical);
  }

  private static String canonical(JsonNode env) {
    return env.isEmpty() ? "" : Json.text(Json.mapper().valueToTree(sorted(env)));
  }

  private static Map<String, String> sorted(JsonNode env) {
    Map<String, String> sorted = new TreeMap<>();
    env.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asText()));
    return sorted;
  }
}
