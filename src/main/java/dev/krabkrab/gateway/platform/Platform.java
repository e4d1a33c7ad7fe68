package dev.krabkrab.gateway.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.cluster.Membership;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.CallFinished;
import dev.krabkrab.gateway.platform.config.LimitSettings;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Variables;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.rpc.Idempotency;
import dev.krabkrab.gateway.platform.rpc.InternalCalls;
import dev.krabkrab.gateway.platform.rpc.MethodBus;
import dev.krabkrab.gateway.platform.settings.SettingsService;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every verticle of an instance is given. Safe from any thread.
 *
 * @param redis how Redis is reached; each verticle opens a link of its own
 * @param connections the sockets of this instance
 * @param backplane messages between the instances
 * @param membership which instances live
 * @param broadcaster events to clients, cluster-wide
 * @param bus methods by their names, between the verticles of this instance
 * @param document the gateway document
 * @param random cannot be foreseen
 * @param limits of this instance
 * @param variables that the gateway document may name
 * @param egress the way to what is outside
 */
public record Platform(
    RedisSettings redis,
    LocalConnections connections,
    Backplane backplane,
    Membership membership,
    Broadcaster broadcaster,
    MethodBus bus,
    SettingsService document,
    Ids ids,
    InstantSource clock,
    SecureRandom random,
    LimitSettings limits,
    Variables variables,
    Egress egress) {

  /** The name of this instance. */
  public String instance() {
    return backplane.instance();
  }

  /** The gateway document as it is now. */
  public ObjectNode content() {
    return document.document().parsed();
  }

  /** A feature's section of the gateway document, read once for each revision of it. */
  public <T> Supplier<T> section(Function<JsonNode, T> reader) {
    return document.section(reader);
  }

  /** Calls of this instance's own methods. */
  public InternalCalls calls() {
    return new InternalCalls(bus, ids);
  }

  /** Calls that are made once for each key, on the calling context. */
  public Idempotency idempotency(Vertx own, RedisLink link) {
    Idempotency idempotency =
        new Idempotency(
            own,
            link,
            instance(),
            name -> backplane.publishToAll(new CallFinished(name)),
            membership::present,
            ids);
    backplane.on(CallFinished.class, received -> idempotency.finished(received.message().key()));
    return idempotency;
  }
}
