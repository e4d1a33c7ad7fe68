package dev.krabkrab.gateway.control.nodes;

import static dev.krabkrab.gateway.platform.Async.get;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InvokeSend;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.NodeChanged;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Callers;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.Failures;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import dev.krabkrab.gateway.platform.rpc.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One gateway instance reduced to its nodes, in this JVM, with a Vert.x of its own. */
final class Instance extends PlatformInstance {
  final FakeSockets sockets = new FakeSockets();
  final List<String> systemEvents = new CopyOnWriteArrayList<>();
  volatile NodePolicySettings settings = NodePolicySettings.DEFAULTS;
  volatile List<PairedNode> paired = List.of();
  volatile RunApprovals approvals =
      (runId, caller, nodeId, params) ->
          Future.succeededFuture(
              new RunApprovals.Verdict.Refused(
                  ErrorShape.invalid("unknown or expired approval id")));
  NodeService nodes;

  private final Map<String, MethodHandler> handlers = new HashMap<>();
  private final long requestTtlMs;
  private NodeConnections observer;

  private Instance(String name, RedisSettings redis, long requestTtlMs) {
    super(name, redis);
    this.requestTtlMs = requestTtlMs;
  }

  static Instance start(String name, RedisSettings redis) {
    return start(name, redis, NodePairingService.REQUEST_TTL_MS);
  }

  /** The same with another life of pairing requests. */
  static Instance start(String name, RedisSettings redis, long requestTtlMs) {
    Instance instance = new Instance(name, redis, requestTtlMs);
    instance.on(
        () -> instance.assemble().compose(done -> instance.platform().membership().start()));
    return instance;
  }

  private Future<Void> assemble() {
    NodePairingStore names = new NodePairingStore(link(), requestTtlMs);
    nodes =
        new NodeService(
            vertx(), link(), platform(), () -> settings, dependencies(names), InvokeMetrics.NONE);
    observer = new NodeConnections(context(), nodes);
    handlers.putAll(new NodeMethods(nodes, platform().idempotency(vertx(), link())).handlers());
    NodePairingService pairing =
        new NodePairingService(
            names,
            nodes,
            (nodeId, caller) -> Future.succeededFuture(false),
            platform().broadcaster(),
            platform().ids());
    handlers.putAll(new NodePairingMethods(pairing, AuditTrail.NONE).handlers());
    return nodes.start();
  }

  private NodeDependencies dependencies(NodePairingStore names) {
    return new NodeDependencies(
        () -> Future.succeededFuture(paired),
        (runId, caller, nodeId, params) -> approvals.check(runId, caller, nodeId, params),
        new NodeAgents(
            (session, text, key) -> systemEvents.add(session + "|" + text + "|" + key),
            asked -> systemEvents.add(shown(asked)),
            key -> SessionRules.of(Json.object()).usable(key)),
        names,
        sockets,
        AuditTrail.NONE);
  }

  private static String shown(AgentRequests.Question asked) {
    return asked.sessionKey()
        + "|"
        + asked.message()
        + "|"
        + (asked.spoken() ? "spoken" : "written")
        + "|"
        + asked.source()
        + "|"
        + (asked.acts() ? "acts" : "talks");
  }

  /** Calls a method and returns its payload, or throws what it failed with. */
  JsonNode call(Caller caller, String method, ObjectNode params) {
    return get(send(caller, method, params));
  }

  Future<JsonNode> send(Caller caller, String method, ObjectNode params) {
    Call call = new Call(MethodCatalog.find(method), "1", caller, params, Replies.UNHEARD);
    return start(() -> handlers.get(method).handle(call))
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
    return start(
        () ->
            new NodeStore(link())
                .register(
                    node.nodeId(),
                    name(),
                    UUID.randomUUID().toString(),
                    NodeFacts.of(node, commands("system.run"), new CommandPolicy(() -> settings)))
                .map(
                    registered -> {
                      platform().backplane().publishToAll(new NodeChanged(node.nodeId()));
                      return null;
                    }));
  }

  /** What Redis says of a node. */
  @Nullable NodeRegistration registered(String nodeId) {
    return on(() -> new NodeStore(link()).find(nodeId));
  }

  /** Ends this instance's lease and its registrations as others do when it has slept too long. */
  void lapse() {
    Request lease = Request.cmd(Command.ZREM).arg(link().settings().key("instances", "leases"));
    on(() -> link().send(lease.arg(name())).compose(gone -> new NodeStore(link()).sweep(name())));
  }

  /** Sends an envelope whose result nobody here waits for, or one for the second time. */
  void order(String to, JsonNode request, String connId, long waitMs) {
    String id = request.path("id").asText();
    String nodeId = request.path("nodeId").asText();
    platform()
        .backplane()
        .send(to, new InvokeSend(id, nodeId, connId, 1, Json.text(request), waitMs));
  }

  void kill() {
    close();
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
    return Callers.operator("operator.admin")
        .version(version)
        .role(role)
        .device(deviceId)
        .client("node-host", "node", "1.0")
        .named("Name of " + deviceId)
        .platform(platform)
        .caps("system", "browser")
        .connectedAt(InstantSource.system().millis())
        .make();
  }
}
