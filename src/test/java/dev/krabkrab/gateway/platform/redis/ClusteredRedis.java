package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Redis Cluster of three masters, each with a third of the slots, with or without replicas. */
public final class ClusteredRedis implements AutoCloseable {
  private static final int[] FIRST_SLOTS = {0, 5_461, 10_923, 16_384};
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<RedisProcess> nodes;
  private final List<RedisProcess> replicas = new ArrayList<>();

  private ClusteredRedis(List<RedisProcess> nodes) {
    this.nodes = nodes;
  }

  /** A running cluster that knows all its nodes and serves every slot. */
  public static ClusteredRedis start() {
    RedisProcess first = RedisProcess.startClusterNode();
    ClusteredRedis cluster =
        new ClusteredRedis(
            List.of(
                first, RedisProcess.startClusterNode(first), RedisProcess.startClusterNode(first)));
    Vertx vertx = Vertx.vertx();
    try {
      cluster.join(vertx);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    } finally {
      vertx.close().await();
    }
  }

  /** The same with a replica for each of the three, which takes over when its master dies. */
  public static ClusteredRedis startReplicated() {
    ClusteredRedis cluster = start();
    Vertx vertx = Vertx.vertx();
    try {
      for (RedisProcess master : cluster.nodes) {
        cluster.replicas.add(cluster.replica(vertx, master));
      }
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    } finally {
      vertx.close().await();
    }
  }

  private RedisProcess replica(Vertx vertx, RedisProcess master) {
    RedisProcess replica = RedisProcess.startClusterNode(master);
    RedisLink link = get(RedisLink.create(vertx, replica.settings()).ready());
    RedisLink known = get(RedisLink.create(vertx, master.settings()).ready());
    String id = ask(known, "MYID").toString();
    ask(known, "MEET", "127.0.0.1", replica.port(), replica.busPort());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> "OK".equals(ask(link, "REPLICATE", id).toString()));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                get(link.send(Request.cmd(Command.INFO).arg("replication")))
                    .toString()
                    .contains("master_link_status:up"));
    return replica;
  }

  /** Kills one of the three masters. */
  public void killMaster(int number) {
    nodes.get(number).kill();
  }

  /** Settings for it, with a fresh namespace. */
  public RedisSettings settings() {
    return nodes.getFirst().clusterSettings();
  }

  /** Its address, for an instance. */
  public String url() {
    String all =
        nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    return "redis+cluster"
        + nodes.getFirst().url().substring("redis".length()).replaceFirst("127.*", all);
  }

  /** The server that has the slot of a key or channel, as it began. */
  RedisProcess ownerOf(String key) {
    return nodes.get(shardOf(slotOf(key)));
  }

  /** Gives the slot of a key or channel to the next server; there must be no keys in it. */
  void moveSlotOf(Vertx vertx, String key) {
    int slot = slotOf(key);
    RedisLink target =
        get(RedisLink.create(vertx, nodes.get((shardOf(slot) + 1) % 3).settings()).ready());
    String id = ask(target, "MYID").toString();
    for (RedisProcess node : nodes) {
      RedisLink link = get(RedisLink.create(vertx, node.settings()).ready());
      ask(link, "SETSLOT", slot, "NODE", id);
    }
  }

  private static int shardOf(int slot) {
    return slot < FIRST_SLOTS[1] ? 0 : slot < FIRST_SLOTS[2] ? 1 : 2;
  }

  private int slotOf(String key) {
    Vertx vertx = Vertx.vertx();
    try {
      RedisLink link = get(RedisLink.create(vertx, nodes.getFirst().settings()).ready());
      return Math.toIntExact(Replies.number(ask(link, "KEYSLOT", key)));
    } finally {
      get(vertx.close());
    }
  }

  @Override
  public void close() {
    replicas.forEach(RedisProcess::close);
    nodes.forEach(RedisProcess::close);
  }

  private void join(Vertx vertx) {
    List<RedisLink> links =
        nodes.stream().map(node -> get(RedisLink.create(vertx, node.settings()).ready())).toList();
    for (int i = 0; i < nodes.size(); i++) {
      RedisProcess node = nodes.get(i);
      ask(links.get(i), "ADDSLOTSRANGE", FIRST_SLOTS[i], FIRST_SLOTS[i + 1] - 1);
      ask(links.getFirst(), "MEET", "127.0.0.1", node.port(), node.busPort());
    }
    for (RedisLink link : links) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                String info = ask(link, "INFO").toString();
                return info.contains("cluster_state:ok") && info.contains("cluster_size:3");
              });
    }
  }

  private static Response ask(RedisLink link, Object... words) {
    Request request = Request.cmd(Command.CLUSTER);
    for (Object word : words) {
      request.arg(word.toString());
    }
    return get(link.send(request));
  }
}
