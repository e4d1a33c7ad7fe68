package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf an agent works, and the most it may do: whoever asks an agent gets no more done
 * than by calling the gateway's methods.
 *
 * @param scopes that tools call methods with
 * @param credential id of the named token or user, or null
 * @param address of the client, to show to people; null for a local one and where there is none
 * @param local the client is on this host, or it is the gateway itself
 * @param grounds what it rests on
 * @param source a machine that speaks here, as people and the model are shown it; null for people
 */
public record Authority(
    Set<String> scopes,
    @Nullable String credential,
    @Nullable String address,
    boolean local,
    Grounds grounds,
    @Nullable String source) {
  /** The owner's own: jobs that an admin made, and people a channel's settings or he let in. */
  public static final Authority OWNER = of(Set.of("operator.admin"));

  /** What everybody may cause who may write: heartbeats, and what hooks ask. */
  public static final Authority WRITER = of(Set.of("operator.write"));

  /** Talking, and no tool of the gateway: nodes, and people in channels whom nobody let in. */
  public static final Authority NONE = of(Set.of());

  public Authority {
    scopes = Set.copyOf(scopes);
  }

  private static Authority of(Set<String> scopes) {
    return new Authority(scopes, null, null, true, Grounds.NONE, null);
  }

  /** Of a client, or of somebody inside the gateway. */
  public static Authority of(Caller caller) {
    return caller.isNode()
        ? NONE
        : new Authority(
            caller.mayAct() ? caller.scopes() : Set.of(),
            caller.credential(),
            caller.remoteIp(),
            caller.local(),
            caller.grounds(),
            caller.isMachine() ? caller.displayName() : null);
  }

  /** The same for a person, if known, who may not decide alone what is requested for him. */
  public Authority requestedBy(@Nullable String user) {
    return new Authority(scopes, user, address, local, grounds, source);
  }

  /** The same, resting on something. */
  public Authority restingOn(Grounds on) {
    return new Authority(scopes, credential, address, local, on, source);
  }

  /**
   * A caller of methods that acts on this behalf.
   *
   * @param most scopes that it holds; null for all of these
   */
  public Caller caller(String connId, String clientId, @Nullable Set<String> most, long nowMs) {
    return Caller.inside(connId, clientId, most == null ? scopes : most, nowMs)
        .onBehalf(credential, address, local)
        .grounded(grounds);
  }

  /** For the store. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("local", local);
    json.set("scopes", Json.texts(new TreeSet<>(scopes)));
    Json.putIfPresent(json, "credential", credential);
    Json.putIfPresent(json, "address", address);
    Json.putIfPresent(json, "source", source);
    if (!grounds.equals(Grounds.NONE)) {
      json.set("grounds", grounds.toJson());
    }
    return json;
  }

  /** Reads it back; what does not say so may do nothing. */
  public static Authority of(JsonNode json) {
    Set<String> scopes = new TreeSet<>();
    json.path("scopes").forEach(scope -> scopes.add(scope.asText()));
    return new Authority(
        scopes,
        Json.textOrNull(json, "credential"),
        Json.textOrNull(json, "address"),
        json.path("local").asBoolean(),
        Grounds.of(json.path("grounds")),
        Json.textOrNull(json, "source"));
  }
}
