package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.AuthRateLimiter;
import dev.krabkrab.gateway.access.auth.LocalRateLimits;
import dev.krabkrab.gateway.access.auth.RateLimitBroadcast;
import dev.krabkrab.gateway.access.pairing.BootstrapService;
import dev.krabkrab.gateway.access.pairing.PairingEvents;
import dev.krabkrab.gateway.access.pairing.PairingJson;
import dev.krabkrab.gateway.access.pairing.PairingService;
import dev.krabkrab.gateway.access.pairing.PairingVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.config.LimitSettings;
import dev.krabkrab.gateway.platform.protocol.schema.Schemas;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.rpc.ConnectionObserver;
import dev.krabkrab.gateway.platform.rpc.Refusals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the handshake of each event loop. Safe from any thread. */
public final class HandshakeFactory {
  private final Platform platform;
  private final AdmissionPolicy policy;
  private final Parts parts;
  private final LocalRateLimits limits;
  private final HandshakeUsage usage = new HandshakeUsage();
  private final HandshakeLog log;
  private final Map<Context, AuthRateLimiter> limiters = new ConcurrentHashMap<>();

  /**
   * What handshakes are made of besides.
   *
   * @param facts what hello-ok tells of this server
   * @param refusals takes down who was turned away
   * @param observers follow connections
   * @param shown how pairing records are shown
   */
  public record Parts(
      Schemas schemas,
      ServerFacts facts,
      AuditTrail audit,
      Refusals refusals,
      List<ConnectionObserver> observers,
      HandshakeMetrics metrics,
      PairingJson shown) {}

  public HandshakeFactory(Platform platform, AdmissionPolicy policy, Parts parts) {
    this.platform = platform;
    this.policy = policy;
    this.parts = parts;
    this.limits = RateLimitBroadcast.follow(platform);
    this.log = new HandshakeLog(platform.clock());
  }

  /** The handshake of the calling event loop, with a link to Redis of its own. */
  Future<Handshake> open(Vertx own) {
    RedisLink link = RedisLink.create(own, platform.redis());
    AuthRateLimiter limiter =
        new AuthRateLimiter(
            link, limits, message -> RateLimitBroadcast.publish(platform, link, message));
    limiters.put(own.getOrCreateContext(), limiter);
    HandshakeGate gate = gate(own.getOrCreateContext());
    log.sumUp(own);
    HandshakeOutcomes outcomes =
        new HandshakeOutcomes(
            policy, gate, parts.metrics(), parts.refusals(), log, platform.clock());
    ConnectionAdmission admission =
        new ConnectionAdmission(
            parts.facts(),
            policy,
            new ConnectionAdmission.Places(
                platform.connections(),
                platform.limits().connections(),
                platform.limits().connectionsPerDevice()),
            parts.observers(),
            outcomes,
            platform.clock());
    Handshake handshake =
        new Handshake(
            new Handshake.Steps(parts.schemas(), step(own, link, limiter), admission),
            policy,
            gate,
            outcomes,
            platform.ids(),
            platform.clock());
    return link.ready().map(handshake);
  }

  private AdmissionStep step(Vertx own, RedisLink link, AuthRateLimiter limiter) {
    PairingService pairing = PairingVerticle.service(own, link, platform, parts.audit());
    PairingEvents events = new PairingEvents(platform.broadcaster(), parts.shown());
    return new AdmissionStep(
        pairing, new BootstrapService(link, platform.random()), limiter, events::admitted);
  }

  /** The rate limiter of an event loop whose handshake is open. */
  public AuthRateLimiter limiter(Vertx own) {
    return Objects.requireNonNull(limiters.get(own.getOrCreateContext()));
  }

  /** Who is let in. */
  public AdmissionPolicy policy() {
    return policy;
  }

  /** How many handshakes there are at the gates of all loops. */
  public HandshakeUsage usage() {
    return usage;
  }

  /** Each event loop has its part of what the instance works on. */
  private HandshakeGate gate(Context loop) {
    LimitSettings bounds = platform.limits();
    int loops = Runtime.getRuntime().availableProcessors();
    HandshakeGate gate =
        new HandshakeGate(
            Math.max(1, bounds.handshakes() / loops),
            bounds.handshakesWaiting() / loops,
            task -> loop.runOnContext(later -> task.run()),
            platform.clock(),
            platform.random());
    usage.add(loop, gate);
    return gate;
  }
}
