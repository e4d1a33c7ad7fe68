package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.platform.Async.get;

import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditHistory;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.platform.Async;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Callers;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import dev.krabkrab.gateway.platform.protocol.schema.Schemas;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.rpc.CallMetrics;
import dev.krabkrab.gateway.platform.rpc.Dispatcher;
import dev.krabkrab.gateway.platform.rpc.EventSink;
import dev.krabkrab.gateway.platform.rpc.Refusals;
import dev.krabkrab.gateway.platform.telemetry.Traces;
import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.ConnectionListener;
import dev.krabkrab.gateway.platform.transport.SocketMetrics;
import dev.krabkrab.gateway.platform.transport.SocketServer;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One gateway instance with real sockets and the approvals feature, without a handshake: who
 * connects says in headers who it is, and is let in by its first message.
 */
final class TestInstance extends PlatformInstance {
  private static final Schemas SCHEMAS = Schemas.load();

  /** Whether the audit trail is within reach. */
  final AtomicBoolean trailWritable;

  final ApprovalService service;
  final int port;

  private volatile boolean dead;

  private TestInstance(
      String name, RedisSettings redis, ApprovalSettings settings, InstantSource clock) {
    super(name, redis, clock, Json.object());
    this.trailWritable = new AtomicBoolean(true);
    this.service = on(() -> approvals(settings));
    this.port = Async.on(vertx().getOrCreateContext(), () -> listen(clock));
  }

  static TestInstance start(String name, RedisSettings redis) {
    return start(name, redis, settings(), InstantSource.system());
  }

  static TestInstance start(
      String name, RedisSettings redis, ApprovalSettings settings, InstantSource clock) {
    return new TestInstance(name, redis, settings, clock);
  }

  private AuditTrail trail() {
    return new AuditTrail() {
      @Override
      public Future<Void> enter(AuditEvent event) {
        return Future.succeededFuture();
      }

      @Override
      public boolean isWritable() {
        return trailWritable.get();
      }

      @Override
      public void note(AuditEvent event) {}
    };
  }

  /** Quick enough readings of Redis for a test to see them. */
  static ApprovalSettings settings() {
    return new ApprovalSettings(60_000, 300, 300, 100, 1_000, 64_000, false);
  }

  /** Ends as a killed process does: nothing is cleaned up. */
  void kill() {
    dead = true;
    super.close();
  }

  @Override
  public void close() {
    if (!dead) {
      kill();
    }
  }

  /** Somebody else in the conversation of the instances. */
  Future<Backplane> join(String other, RedisSettings redis) {
    return start(() -> Backplane.join(vertx(), other, redis, platform().ids()));
  }

  /** Asks Redis itself. */
  Future<Response> send(Request request) {
    return start(() -> link().send(request));
  }

  int pendingCount() {
    return get(service.pending()).count();
  }

  private Future<ApprovalService> approvals(ApprovalSettings settings) {
    ApprovalService approvals =
        new ApprovalService(vertx(), link(), platform(), settings, ApprovalMetrics.NONE, trail());
    ApprovalPolicyService policy =
        new ApprovalPolicyService(link(), platform().ids(), platform().random(), AuditTrail.NONE);
    AuditHistory none =
        (action, since, cursor, most) ->
            Future.succeededFuture(new AuditHistory.Past(List.of(), null));
    platform()
        .bus()
        .serve(new ApprovalMethods(approvals, policy, none, platform().clock()).handlers());
    return platform().membership().start().map(ok -> approvals);
  }

  private Future<Integer> listen(InstantSource clock) {
    Dispatcher dispatcher =
        new Dispatcher(
            SCHEMAS, platform().bus(), 1_000, CallMetrics.NONE, Refusals.NONE, Traces.OFF);
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
            platform().connections().leave(connection);
            Caller caller = connection.caller();
            if (caller != null && !dead) {
              service.disconnected(caller);
            }
          }
        };
    return new SocketServer(
            vertx(),
            SocketServer.baseOptions().setHost("127.0.0.1").setPort(0),
            platform().connections().openLoop(vertx()),
            new SocketServer.Handlers(listener, http -> http.response().setStatusCode(404).end()),
            new SocketServer.Instruments(SocketMetrics.NONE, platform().ids(), clock))
        .listen()
        .map(server -> server.actualPort());
  }

  private void enter(Connection connection) {
    Caller caller = caller(connection);
    connection.ready(caller);
    platform().connections().enter(connection, Integer.MAX_VALUE);
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
    String[] scopes = headers.get("x-scopes").split(",");
    return Callers.operator(scopes)
        .conn(connection.id())
        .version(headers.get("x-protocol").equals("4") ? ProtocolVersion.V4 : ProtocolVersion.V3)
        .device(device.isEmpty() ? null : device)
        .named(headers.get("x-name"))
        .credential(user == null || user.isEmpty() ? null : user)
        .make();
  }

  /** The caller of a device as the nodes feature would hand it over. */
  static Caller callerOf(String device) {
    return Callers.operator("operator.write").conn("conn-of-" + device).device(device).make();
  }
}
