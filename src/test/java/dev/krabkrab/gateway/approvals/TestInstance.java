package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.audit.AuditTrail;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.cluster.Membership;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.EncodedEvent;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.ProtocolVersion;
import dev.krabkrab.gateway.protocol.schema.Schemas;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.rpc.CallMetrics;
import dev.krabkrab.gateway.rpc.Dispatcher;
import dev.krabkrab.gateway.rpc.EventSink;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.rpc.Refusals;
import dev.krabkrab.gateway.telemetry.Traces;
import dev.krabkrab.gateway.transport.Connection;
import dev.krabkrab.gateway.transport.ConnectionListener;
import dev.krabkrab.gateway.transport.LocalConnections;
import dev.krabkrab.gateway.transport.SocketMetrics;
import dev.krabkrab.gateway.transport.SocketServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * One gateway instance with real sockets and the approvals room, without a handshake: who connects
 * says in headers who it is, and is let in by its first message.
 */
final class TestInstance implements AutoCloseable {
  private static final Schemas SCHEMAS = Schemas.load();
  private static final Ids IDS = () -> UUID.randomUUID().toString();

  final String name;
  final Vertx vertx = Vertx.vertx();
  final ApprovalService service;
  final int port;

  private final RedisSettings redis;
  private final LocalConnections connections;
  private final MethodBus bus;
  private volatile boolean dead;

  private TestInstance(
      String name, RedisSettings redis, ApprovalSettings settings, InstantSource clock) {
    this.name = name;
    this.redis = redis;
    this.connections = new LocalConnections(clock, RandomGenerator.getDefault());
    this.bus = new MethodBus(vertx);
    Context worker = vertx.getOrCreateContext();
    this.service = get(on(worker, () -> room(redis, settings, clock)));
    Context sockets = vertx.getOrCreateContext();
    this.port = get(on(sockets, () -> listen(clock)));
  }

  static TestInstance start(String name, RedisSettings redis) {
    return start(name, redis, settings(), InstantSource.system());
  }

  static TestInstance start(
      String name, RedisSettings redis, ApprovalSettings settings, InstantSource clock) {
    return new TestInstance(name, redis, settings, clock);
  }

  /** Quick enough readings of Redis for a test to see them. */
  static ApprovalSettings settings() {
    return new ApprovalSettings(60_000, 300, 300, 100, 1_000, 64_000, false);
  }

  /** Ends as a killed process does: nothing is cleaned up. */
  void kill() {
    dead = true;
    get(vertx.close());
  }

  @Override
  public void close() {
    if (!dead) {
      kill();
    }
  }

  /** Somebody else in the conversation of the instances. */
  Future<Backplane> join(String other, RedisSettings redis) {
    return on(vertx.getOrCreateContext(), () -> Backplane.join(vertx, other, redis, IDS));
  }

  /** Asks Redis itself. */
  Future<Response> send(Request request) {
    return on(
        vertx.getOrCreateContext(),
        () -> {
          RedisLink link = RedisLink.create(vertx, redis);
          return link.ready().compose(up -> link.send(request));
        });
  }

  int pendingCount() {
    return get(service.pending()).count();
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        ignored -> {
          try {
            work.get().onComplete(done);
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    return done.future();
  }

  private Future<ApprovalService> room(
      RedisSettings redis, ApprovalSettings settings, InstantSource clock) {
    RedisLink link = RedisLink.create(vertx, redis);
    return Backplane.join(vertx, name, redis, IDS)
        .compose(
            backplane -> {
              Broadcaster broadcaster = new Broadcaster(vertx, backplane, connections);
              Membership membership = new Membership(vertx, backplane);
              RandomGenerator random = RandomGenerator.getDefault();
              ApprovalService approvals =
                  ApprovalService.create(
                      vertx,
                      link,
                      backplane,
                      broadcaster,
                      membership,
                      IDS,
                      clock,
                      random,
                      settings,
                      ApprovalMetrics.NONE,
                      AuditTrail.NONE);
              ApprovalPolicyService policy =
                  new ApprovalPolicyService(link, IDS, new SecureRandom(), AuditTrail.NONE);
              bus.serve(new ApprovalMethods(approvals, policy).handlers());
              return link.ready().compose(ready -> membership.start()).map(ok -> approvals);
            });
  }

  private Future<Integer> listen(InstantSource clock) {
    Dispatcher dispatcher =
        new Dispatcher(SCHEMAS, bus, 1_000, CallMetrics.NONE, Refusals.NONE, Traces.OFF);
    ConnectionListener listener =
        new ConnectionListener() {
          @Override
          public void opened(Connection connection) {}

          @Override
          public void message(Connection connection, byte[] utf8) {
            Caller caller = connection.caller();
            if (caller == null) {
              enter(connection);
            } else {
              dispatcher.message(connection, caller, utf8);
            }
          }

          @Override
          public void closed(Connection connection) {
            connections.leave(connection);
            Caller caller = connection.caller();
            if (caller != null && !dead) {
              service.disconnected(caller);
            }
          }
        };
    return new SocketServer(
            vertx,
            SocketServer.baseOptions().setHost("127.0.0.1").setPort(0),
            connections.openLoop(vertx),
            listener,
            http -> http.response().setStatusCode(404).end(),
            SocketMetrics.NONE,
            IDS,
            clock)
        .listen()
        .map(server -> server.actualPort());
  }

  private void enter(Connection connection) {
    Caller caller = caller(connection);
    connection.ready(caller);
    connections.enter(connection, Integer.MAX_VALUE);
    connection.send("{\"hello\":true}".getBytes(StandardCharsets.UTF_8));
    service.connected(
        caller,
        new EventSink() {
          @Override
          public void numbered(EncodedEvent event) {
            connection.execute(() -> connection.send(event));
          }

          @Override
          public void direct(EventType type, JsonText payload) {}
        });
  }

  private static Caller caller(Connection connection) {
    MultiMap headers = connection.upgrade().headers();
    String device = headers.get("x-device");
    String user = headers.get("x-user");
    Set<String> scopes =
        Arrays.stream(headers.get("x-scopes").split(",")).collect(Collectors.toSet());
    return new Caller(
        connection.id(),
        headers.get("x-protocol").equals("4") ? ProtocolVersion.V4 : ProtocolVersion.V3,
        Caller.OPERATOR,
        scopes,
        device.isEmpty() ? null : device,
        "test",
        "test",
        headers.get("x-name"),
        "1",
        "linux",
        null,
        null,
        null,
        Set.of(),
        null,
        true,
        0,
        user == null || user.isEmpty() ? null : user);
  }

  /** The caller of a device as the nodes room would hand it over. */
  static Caller callerOf(String device) {
    return new Caller(
        "conn-of-" + device,
        ProtocolVersion.V3,
        Caller.OPERATOR,
        Set.of("operator.write"),
        device,
        "test",
        "test",
        null,
        "1",
        "linux",
        null,
        null,
        null,
        Set.of(),
        null,
        true,
        0,
        null);
  }
}
