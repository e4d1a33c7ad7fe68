package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.audit.AuditTrail;
import dev.krabkrab.gateway.auth.Cidr;
import dev.krabkrab.gateway.auth.GuessGuard;
import dev.krabkrab.gateway.auth.GuessMemory;
import dev.krabkrab.gateway.auth.IdentitySource;
import dev.krabkrab.gateway.auth.Locality;
import dev.krabkrab.gateway.auth.NamedTokens;
import dev.krabkrab.gateway.auth.SharedSecret;
import dev.krabkrab.gateway.config.InstanceSettings;
import dev.krabkrab.gateway.config.LimitSettings;
import dev.krabkrab.gateway.config.TlsMaterial;
import dev.krabkrab.gateway.handshake.AdmissionStep;
import dev.krabkrab.gateway.handshake.Entrance;
import dev.krabkrab.gateway.handshake.Handshake;
import dev.krabkrab.gateway.handshake.HandshakeEnds;
import dev.krabkrab.gateway.handshake.HandshakeGate;
import dev.krabkrab.gateway.handshake.HandshakePolicy;
import dev.krabkrab.gateway.handshake.ServerFacts;
import dev.krabkrab.gateway.http.HttpGuard;
import dev.krabkrab.gateway.pairing.BootstrapService;
import dev.krabkrab.gateway.pairing.PairingEvents;
import dev.krabkrab.gateway.pairing.PairingService;
import dev.krabkrab.gateway.protocol.CloseReason;
import dev.krabkrab.gateway.protocol.schema.Schemas;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.ConnectionObserver;
import dev.krabkrab.gateway.rpc.Dispatcher;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.rpc.Refusals;
import dev.krabkrab.gateway.settings.GatewaySettings;
import dev.krabkrab.gateway.transport.ConnectionListener;
import dev.krabkrab.gateway.transport.SocketServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes what each gateway verticle is made of. */
final class Listeners implements GatewayVerticle.Parts {
  /** Vert.x takes one free port for all event loops; for 0, one for each. */
  private static final int ONE_FREE_PORT = -1;

  private final Core core;
  private final Schemas schemas;
  private final Dispatcher dispatcher;
  private final ServerFacts facts;
  private final AuditTrail audit;
  private final Refusals refusals;
  private final List<ConnectionObserver> observers;
  private final HttpRoom http;
  private final Locality.Settings locality;
  private final GuessMemory guesses;
  private final Issuers issuers;
  private final BooleanSupplier accepting;
  private final @Nullable TlsMaterial tls;
  private final PlainRoom plain;
  private final HandshakeUsage handshakes = new HandshakeUsage();
  private final Map<Context, GuessGuard> guards = new ConcurrentHashMap<>();

  Listeners(
      Vertx vertx,
      Core core,
      MethodBus bus,
      Schemas schemas,
      ServerFacts facts,
      AuditTrail audit,
      Refusals refusals,
      List<ConnectionObserver> observers,
      HttpRoom http,
      Set<String> ownAddresses,
      @Nullable TlsMaterial tls,
      BooleanSupplier accepting) {
    this.core = core;
    this.schemas = schemas;
    this.dispatcher =
        new Dispatcher(
            schemas,
            bus,
            core.plan().settings().limits().requestsInFlight(),
            core.instruments().calls(),
            refusals,
            core.traces());
    this.facts = facts;
    this.audit = audit;
    this.refusals = refusals;
    this.observers = observers;
    this.http = http;
    this.tls = tls;
    this.accepting = accepting;
    InstanceSettings own = core.plan().settings();
    this.locality =
        new Locality.Settings(
            own.trustedProxies().stream().map(Cidr::parse).toList(),
            new LinkedHashSet<>(ownAddresses),
            own.localAutoApproval());
    this.plain = PlainRoom.of(core, locality);
    this.issuers = new Issuers(vertx, own.issuerFiles(), core.clock());
    this.guesses = GuessTalk.follow(core);
    core.document().onChange(changed -> closeWithdrawn());
  }

  @Override
  public Future<Handshake> handshake(Vertx own) {
    RedisLink link = RedisLink.create(own, core.redis());
    PairingService pairing =
        new PairingService(link, WorkerRooms.tokenKeys(own, core, link), audit, core.ids());
    PairingEvents events = PairingRoom.events(core);
    GuessGuard guard = new GuessGuard(link, guesses, news -> GuessTalk.tell(core, link, news));
    guards.put(own.getOrCreateContext(), guard);
    HandshakeGate gate = gate(own.getOrCreateContext());
    HandshakeEnds ends =
        new HandshakeEnds(
            this::policy, gate, core.instruments().handshakes(), refusals, core.clock());
    Entrance entrance =
        new Entrance(
            facts,
            this::policy,
            core.connections(),
            observers,
            core.plan().settings().limits().connectionsPerDevice(),
            ends,
            core.clock());
    AdmissionStep admission =
        new AdmissionStep(
            pairing, new BootstrapService(link, core.random()), guard, events::admitted);
    Handshake handshake =
        new Handshake(
            schemas, admission, this::policy, gate, ends, entrance, core.ids(), core.clock());
    return link.ready().map(handshake);
  }

  @Override
  public Dispatcher dispatcher() {
    return dispatcher;
  }

  @Override
  public SocketServer server(Vertx own, ConnectionListener listener) {
    return new SocketServer(
        own,
        options(),
        core.connections().openLoop(own),
        listener,
        http.open(own, access(own)),
        plain.sockets(own),
        plain.gate(),
        core.instruments().sockets(),
        core.ids(),
        core.clock());
  }

  private HttpGuard access(Vertx own) {
    return new HttpGuard(
        Objects.requireNonNull(guards.get(own.getOrCreateContext())),
        () -> {
          HandshakePolicy now = policy();
          return new HttpGuard.Rules(
              now.secret(),
              now.tokens(),
              now.guessLimits(),
              now.identities(),
              now.standing(),
              now.silentScopes());
        },
        locality,
        core.clock());
  }

  /** How many handshakes there are at the gates of all loops. */
  HandshakeUsage handshakes() {
    return handshakes;
  }

  /** What plain sockets take of this instance. */
  PlainRoom plain() {
    return plain;
  }

  @Override
  public boolean accepting() {
    return accepting.getAsBoolean();
  }

  @Override
  public boolean hasRoom() {
    return core.connections().opened() <= core.plan().settings().limits().connections();
  }

  /** Each event loop has its part of what the instance works on. */
  private HandshakeGate gate(Context loop) {
    LimitSettings limits = core.plan().settings().limits();
    int loops = Runtime.getRuntime().availableProcessors();
    HandshakeGate gate =
        new HandshakeGate(
            Math.max(1, limits.handshakes() / loops),
            limits.handshakesWaiting() / loops,
            task -> loop.runOnContext(later -> task.run()),
            core.clock(),
            core.random());
    handshakes.add(loop, gate);
    return gate;
  }

  private HttpServerOptions options() {
    InstanceSettings own = core.plan().settings();
    int port = own.port() == 0 ? ONE_FREE_PORT : own.port();
    HttpServerOptions options =
        plain.timed(SocketServer.baseOptions()).setHost(own.bind()).setPort(port);
    TlsMaterial material = tls;
    if (material != null) {
      options
          .setSsl(true)
          .setEnabledSecureTransportProtocols(new LinkedHashSet<>(own.tls().protocols()))
          .setKeyCertOptions(pem(material));
    }
    return options;
  }

  static PemKeyCertOptions pem(TlsMaterial material) {
    return new PemKeyCertOptions()
        .setCertValue(Buffer.buffer(material.certificate()))
        .setKeyValue(Buffer.buffer(material.key()));
  }

  /** Closes whoever came with a named token that is gone or another one now. */
  private void closeWithdrawn() {
    GatewaySettings now = core.settings();
    core.connections()
        .closeWhere(
            caller -> caller.credential() != null && !now.hasCredential(caller.credential()),
            Long.MAX_VALUE,
            CloseReason.TOKEN_REVOKED);
  }

  private HandshakePolicy policy() {
    GatewaySettings settings = core.settings();
    SharedSecret secret =
        switch (settings.authMode()) {
          case GatewaySettings.MODE_PASSWORD -> SharedSecret.password(settings.password());
          case GatewaySettings.MODE_NONE ->
              core.plan().settings().mayBeOpen() ? SharedSecret.none() : SharedSecret.token(null);
          case GatewaySettings.MODE_TOKEN -> SharedSecret.token(settings.token());
          // Without a secret nobody comes in by one.
          default -> SharedSecret.token(null);
        };
    IdentitySource identities =
        switch (settings.authMode()) {
          case GatewaySettings.MODE_TRUSTED_PROXY -> settings.trustedProxy();
          case GatewaySettings.MODE_JWT -> issuers.of(settings.jwtIssuers());
          default -> null;
        };
    boolean byToken = settings.authMode().equals(GatewaySettings.MODE_TOKEN);
    return new HandshakePolicy(
        secret,
        identities,
        settings::hasCredential,
        byToken ? settings.tokens() : NamedTokens.NONE,
        settings.guessLimits(),
        settings.origins(),
        settings.allowTokenWithoutDevice(),
        settings.uiAllowInsecureAuth(),
        settings.uiDisableDeviceAuth(),
        locality,
        settings.silentScopes());
  }
}
