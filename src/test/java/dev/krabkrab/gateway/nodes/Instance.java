package dev.krabkrab.gateway.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.audit.AuditTrail;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.cluster.Membership;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.CallFinished;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.InvokeSend;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.NodeChanged;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.ProtocolVersion;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.rpc.Call;
import dev.krabkrab.gateway.rpc.Failures;
import dev.krabkrab.gateway.rpc.Idempotency;
import dev.krabkrab.gateway.rpc.MethodCatalog;
import dev.krabkrab.gateway.rpc.MethodHandler;
import dev.krabkrab.gateway.rpc.ReplySink;
import dev.krabkrab.gateway.sessions.SessionRules;
import dev.krabkrab.gateway.transport.LocalConnections;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One gateway instance reduced to its node room, in this JVM, with a Vert.x of its own. */
final class Instance {
  final String name;
  final FakeSockets sockets = new FakeSockets();
  final List<String> systemEvents = new CopyOnWriteArrayList<>();
  volatile NodePolicySettings settings = NodePolicySettings.DEFAULTS;
  volatile List<PairedNode> paired = List.of();
  volatile RunApprovals approvals =
      (runId, caller, nodeId, params) ->
          Future.succeededFuture(
              new RunApprovals.Verdict.Refused(
                  ErrorShape.invalid("unknown or expired approval id")));
  Membership membership;
  NodeService nodes;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Map<String, MethodHandler> handlers = new HashMap<>();
  private final long requestTtlMs;
  private NodeConnections observer;
  private Backplane backplane;
  private RedisLink link;

  private Instance(String name, long requestTtlMs) {
    this.name = name;
    this.requestTtlMs = requestTtlMs;
  }

  static Instance start(String name, RedisSettings redis) {
    return start(name, redis, NodePairingService.REQUEST_TTL_MS);
  }

  /** The same with another life of pairing requests. */
  static Instance start(String name, RedisSettings redis, long requestTtlMs) {
    Instance instance = new Instance(name, requestTtlMs);
    get(instance.on(() -> instance.begin(redis)));
    return instance;
  }

  private Future<Void> begin(RedisSettings redis) {
    return Backplane.join(vertx, name, redis, () -> UUID.randomUUID().toString())
        .compose(
            joined -> {
              membership = new Membership(vertx, joined);
              RedisLink made = RedisLink.create(vertx, redis);
              return made.ready().compose(ready -> assemble(joined, made));
            })
        .compose(done -> membership.start());
  }

  private Future<Void> assemble(Backplane plane, RedisLink redisLink) {
    backplane = plane;
    link = redisLink;
    var connections = new LocalConnections(InstantSource.system(), RandomGenerator.getDefault());
    Broadcaster broadcaster = new Broadcaster(vertx, backplane, connections);
    NodePairingStore names = new NodePairingStore(link, requestTtlMs);
    NodeNeighbours others =
        new NodeNeighbours(
            () -> Future.succeededFuture(paired),
            (runId, caller, nodeId, params) -> approvals.check(runId, caller, nodeId, params),
            (session, text, key) -> systemEvents.add(session + "|" + text + "|" + key),
            asked ->
                systemEvents.add(
                    asked.sessionKey()
                        + "|"
                        + asked.message()
                        + "|"
                        + (asked.spoken() ? "spoken" : "written")
                        + "|"
                        + asked.source()
                        + "|"
                        + (asked.acts() ? "acts" : "talks")),
            key -> SessionRules.of(Json.object()).usable(key),
            names,
            sockets,
            AuditTrail.NONE);
    nodes =
        new NodeService(
            vertx,
            link,
            backplane,
            membership,
            new CommandPolicy(() -> settings),
            others,
            new NodeLimits(1_000, 1_000),
            () -> UUID.randomUUID().toString(),
            InstantSource.system(),
            InvokeMetrics.NONE);
    observer = new NodeConnections(context, nodes);
    Idempotency once =
        new Idempotency(
            vertx,
            link,
            name,
            key -> backplane.publishToAll(new CallFinished(key)),
            membership::present,
            () -> UUID.randomUUID().toString());
    backplane.on(CallFinished.class, received -> once.finished(received.message().key()));
    handlers.putAll(new NodeMethods(nodes, once).handlers());
    NodePairingService pairing =
        new NodePairingService(
            names,
            nodes,
            (nodeId, caller) -> Future.succeededFuture(false),
            broadcaster,
            () -> UUID.randomUUID().toString());
    handlers.putAll(new NodePairingMethods(pairing, AuditTrail.NONE).handlers());
    return nodes.start();
  }

  /** Calls a method and returns its payload, or throws what it failed with. */
  JsonNode call(Caller caller, String method, ObjectNode params) {
    return get(send(caller, method, params));
  }

  Future<JsonNode> send(Caller caller, String method, ObjectNode params) {
    Call call = new Call(MethodCatalog.find(method), "1", caller, params, new NoReplies());
    return on(() -> {
          try {
            return handlers.get(method).handle(call);
          } catch (RuntimeException e) {
            return Future.failedFuture(e);
          }
        })
        .map(payload -> Json.tryParse(payload.utf8()));
  }

  ErrorShape error(Caller caller, String method, ObjectNode params) {
    return error(send(caller, method, params));
  }

  static ErrorShape error(Future<JsonNode> call) {
    try {
      throw new AssertionError("answered " + get(call));
    } catch (RuntimeException refusal) {
      return Failures.toError("the call", refusal, "nobody", null);
    }
  }

  /** Connects a node: a socket, its registration, its greeting. */
  Caller connect(String nodeId, String... commands) {
    Caller caller = node(nodeId, "linux");
    get(connecting(caller, commands));
    return caller;
  }

  Future<Void> connecting(Caller caller, String... commands) {
    sockets.open(caller.connId());
    return observer.connecting(caller, commands(commands));
  }

  private static ObjectNode commands(String... commands) {
    ObjectNode connect = Json.object();
    connect.set("commands", Json.texts(List.of(commands)));
    return connect;
  }

  void disconnect(Caller caller) {
    observer.disconnected(caller);
  }

  /** Writes a registration that names a connection this instance never had. */
  Future<Void> pretend(Caller node) {
    return on(
        () ->
            new NodeStore(link)
                .register(
                    node.nodeId(),
                    name,
                    UUID.randomUUID().toString(),
                    NodeFacts.of(node, commands("system.run"), new CommandPolicy(() -> settings)))
                .map(
                    registered -> {
                      backplane.publishToAll(new NodeChanged(node.nodeId()));
                      return null;
                    }));
  }

  /** What Redis says of a node. */
  @Nullable NodeRegistration registered(String nodeId) {
    return get(on(() -> new NodeStore(link).find(nodeId)));
  }

  /** Ends this instance's lease and its registrations as others do when it has slept too long. */
  void lapse() {
    Request lease = Request.cmd(Command.ZREM).arg(link.settings().key("instances", "leases"));
    get(on(() -> link.send(lease.arg(name)).compose(gone -> new NodeStore(link).sweep(name))));
  }

  /** Sends an envelope whose result nobody here waits for, or one for the second time. */
  void order(String to, JsonNode request, String connId, long waitMs) {
    String id = request.path("id").asText();
    String nodeId = request.path("nodeId").asText();
    backplane.send(to, new InvokeSend(id, nodeId, connId, 1, Json.text(request), waitMs));
  }

  void kill() {
    get(vertx.close());
  }

  private <T> Future<T> on(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(now -> action.get().onComplete(promise));
    return promise.future();
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static Caller node(String nodeId, String platform) {
    return caller(ProtocolVersion.V3, "node", nodeId, platform);
  }

  static Caller nodeOfProtocol4(String nodeId) {
    return caller(ProtocolVersion.V4, "node", nodeId, "linux");
  }

  static Caller operator() {
    return caller(ProtocolVersion.V3, "operator", "op-" + UUID.randomUUID(), "linux");
  }

  private static Caller caller(
      ProtocolVersion version, String role, String deviceId, String platform) {
    return new Caller(
        UUID.randomUUID().toString(),
        version,
        role,
        Set.of("operator.admin"),
        deviceId,
        "node-host",
        "node",
        "Name of " + deviceId,
        "1.0",
        platform,
        null,
        null,
        null,
        Set.of("system", "browser"),
        null,
        true,
        InstantSource.system().millis(),
        null);
  }

  private static final class NoReplies implements ReplySink {
    @Override
    public void ok(JsonText payload) {}

    @Override
    public void failed(ErrorShape error) {}

    @Override
    public boolean open() {
      return true;
    }
  }
}
