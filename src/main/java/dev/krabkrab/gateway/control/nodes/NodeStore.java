package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Registrations of connected nodes in Redis, spread over buckets, each with a lease. Answers come
 * in the order of the calls. Fails closed: a node that cannot be registered is not let in.
 */
final class NodeStore {
  private static final LuaScript REGISTER = LuaScript.load("lua/control/nodes/register.lua");
  private static final LuaScript UNREGISTER = LuaScript.load("lua/control/nodes/unregister.lua");
  private static final LuaScript RENEW = LuaScript.load("lua/control/nodes/renew.lua");
  private static final LuaScript SWEEP = LuaScript.load("lua/control/nodes/sweep.lua");

  /** Life of a registration without renewal, in milliseconds of Redis time. */
  static final long LEASE_MS = 45_000;

  private static final int BUCKETS = 16;
  private static final long FLAP_WINDOW_MS = 60_000;

  private final RedisLink link;

  NodeStore(RedisLink link) {
    this.link = link;
  }

  /**
   * A registration that was made.
   *
   * @param displaced the node's connection until now, or null
   * @param displacements how often that happened to this node within the last minute
   */
  record Registered(
      NodeRegistration current, @Nullable NodeRegistration displaced, long displacements) {}

  /** What became of a lease. */
  enum Lease {
    KEPT,
    /** Nothing is registered: the lease ran out or Redis came back empty. */
    MISSING,
    /** The node has a newer connection. */
    SUPERSEDED
  }

  /** What a sweep found: nodes it removed and all that remain. */
  record Swept(List<String> removed, List<NodeRegistration> remaining) {}

  Future<Registered> register(String nodeId, String instance, String connId, NodeFacts facts) {
    int bucket = bucket(nodeId);
    List<String> keys =
        List.of(
            registry(bucket),
            leases(bucket),
            key(bucket, "epoch"),
            key(bucket, "displaced:" + nodeId));
    List<String> args =
        List.of(
            nodeId,
            instance,
            connId,
            facts.encode(),
            Long.toString(LEASE_MS),
            Long.toString(FLAP_WINDOW_MS));
    return link.run(REGISTER, keys, args)
        .map(
            answer ->
                new Registered(
                    new NodeRegistration(
                        nodeId, instance, connId, Replies.number(answer.get(0)), facts),
                    NodeRegistration.decode(nodeId, Replies.text(answer.get(1))),
                    Replies.number(answer.get(2))));
  }

  /** Returns whether it was still the node's current connection. */
  Future<Boolean> unregister(String nodeId, String connId) {
    int bucket = bucket(nodeId);
    return link.run(UNREGISTER, List.of(registry(bucket), leases(bucket)), List.of(nodeId, connId))
        .map(answer -> Replies.number(answer) == 1);
  }

  /** Renews registrations of one bucket; the verdicts come in the given order. */
  Future<List<Lease>> renew(int bucket, List<NodeRegistration> owned) {
    List<String> args = new ArrayList<>(owned.size() * 2 + 1);
    args.add(Long.toString(LEASE_MS));
    for (NodeRegistration registration : owned) {
      args.add(registration.nodeId());
      args.add(registration.connId());
    }
    return link.run(RENEW, List.of(registry(bucket), leases(bucket)), args)
        .map(answer -> answer.stream().map(NodeStore::lease).toList());
  }

  Future<@Nullable NodeRegistration> find(String nodeId) {
    Request request = Request.cmd(Command.HGET).arg(registry(bucket(nodeId))).arg(nodeId);
    return link.send(request).map(answer -> NodeRegistration.decode(nodeId, Replies.text(answer)));
  }

  /**
   * Reads everything and removes what has run out.
   *
   * @param gone instance whose registrations go too, or null
   */
  Future<Swept> sweep(@Nullable String gone) {
    String instance = gone == null ? "" : gone;
    List<Future<Response>> answers =
        IntStream.range(0, BUCKETS)
            .mapToObj(
                bucket ->
                    link.run(SWEEP, List.of(registry(bucket), leases(bucket)), List.of(instance)))
            .toList();
    return Future.all(answers).map(done -> swept(answers.stream().map(Future::result).toList()));
  }

  static int bucket(String nodeId) {
    return Math.floorMod(nodeId.hashCode(), BUCKETS);
  }

  private static Swept swept(Collection<Response> answers) {
    List<String> removed = new ArrayList<>();
    List<NodeRegistration> remaining = new ArrayList<>();
    for (Response answer : answers) {
      removed.addAll(Replies.texts(answer.get(0)));
      List<String> pairs = new ArrayList<>();
      answer.get(1).forEach(part -> pairs.add(part.toString()));
      for (int i = 0; i + 1 < pairs.size(); i += 2) {
        NodeRegistration read = NodeRegistration.decode(pairs.get(i), pairs.get(i + 1));
        if (read != null) {
          remaining.add(read);
        }
      }
    }
    return new Swept(removed, remaining);
  }

  private static Lease lease(Response verdict) {
    return switch ((int) Replies.number(verdict)) {
      case 1 -> Lease.KEPT;
      case 0 -> Lease.MISSING;
      default -> Lease.SUPERSEDED;
    };
  }

  private String registry(int bucket) {
    return key(bucket, "registered");
  }

  private String leases(int bucket) {
    return key(bucket, "leases");
  }

  private String key(int bucket, String rest) {
    return link.settings().key(String.format(Locale.ROOT, "node:%02d", bucket), rest);
  }
}
