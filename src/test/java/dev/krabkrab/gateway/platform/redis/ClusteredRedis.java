package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;

/** A Redis Cluster of three masters, each with a third of the slots. Blocking. */
public final class ClusteredRedis implements AutoCloseable {
  private static final int[] FIRST_SLOTS = {0, 5_461, 10_923, 16_384};
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<RedisProcess> nodes;

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

  /** Settings for it, with a fresh namespace. */
  public RedisSettings settings() {
    return nodes.getFirst().clusterSettings();
  }

  /** Its address, for an instance. */
  public String url() {
    return "redis+cluster" + nodes.getFirst().url().substring("redis".length());
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
