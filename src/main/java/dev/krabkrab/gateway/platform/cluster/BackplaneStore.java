package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the backplane keeps in Redis: channels, bodies too big for a message, instance leases. */
final class BackplaneStore {
  private static final LuaScript RENEW = LuaScript.load("lua/platform/cluster/renew.lua");
  private static final LuaScript LEAVE = LuaScript.load("lua/platform/cluster/leave.lua");

  /** Time a body waits to be fetched, in milliseconds. */
  private static final long CLAIM_TTL_MS = 60_000;

  /** How long a mark stays; an instance renews it far more often. */
  static final long MARK_TTL_MS = 60_000;

  private final RedisLink link;
  private final RedisSettings settings;

  BackplaneStore(RedisLink link) {
    this.link = link;
    this.settings = link.settings();
  }

  boolean connected() {
    return link.connected();
  }

  String everybody() {
    return settings.key("bus", "all");
  }

  String channelOf(String instance) {
    return settings.key("bus", "instance:" + instance);
  }

  /** Returns how many instances listened. */
  Future<Long> publish(String channel, String text) {
    return link.send(Request.cmd(Command.PUBLISH).arg(channel).arg(text)).map(Replies::number);
  }

  /** Whether Redis is a cluster, where each instance listens at the server of its slot. */
  boolean isSharded() {
    return settings.mode() == RedisSettings.Mode.CLUSTER;
  }

  /** Publishes to one instance; false when it does not listen. */
  Future<Boolean> publishTo(String instance, String text) {
    if (!isSharded()) {
      return publish(channelOf(instance), text).map(count -> count > 0);
    }
    return publishToShard(instance, text)
        .compose(
            heard ->
                heard == Heard.PERHAPS
                    ? publish(channelOf(instance), text).compose(sent -> hasLease(instance))
                    : Future.succeededFuture(heard == Heard.YES));
  }

  private enum Heard {
    YES,
    NO,
    /** It does not say that it listens there: of an older release, or about to listen again. */
    PERHAPS
  }

  private Future<Heard> publishToShard(String instance, String text) {
    return link.send(Request.cmd(Command.SPUBLISH).arg(channelOf(instance)).arg(text))
        .compose(
            count ->
                Replies.number(count) > 0
                    ? Future.succeededFuture(Heard.YES)
                    : link.send(Request.cmd(Command.EXISTS).arg(mark(instance)))
                        .map(there -> Replies.number(there) > 0 ? Heard.NO : Heard.PERHAPS));
  }

  private Future<Boolean> hasLease(String instance) {
    Request request = Request.cmd(Command.ZSCORE).arg(leases()).arg(instance);
    return link.send(request).map(score -> score != null);
  }

  /** Says that an instance listens at the server of its slot, or does so no longer. */
  Future<Void> mark(String instance, boolean listens) {
    Request request =
        listens
            ? Request.cmd(Command.SET).arg(mark(instance)).arg(1).arg("PX").arg(MARK_TTL_MS)
            : Request.cmd(Command.DEL).arg(mark(instance));
    return link.send(request).mapEmpty();
  }

  private String mark(String instance) {
    return settings.key("bus-shards", instance);
  }

  Future<String> deposit(String id, String body) {
    String key = settings.key("claim", id);
    Request request = Request.cmd(Command.SET).arg(key).arg(body).arg("PX").arg(CLAIM_TTL_MS);
    return link.send(request).map(ok -> key);
  }

  Future<@Nullable String> collect(String key) {
    return link.send(Request.cmd(Command.GET).arg(key)).map(response -> Replies.text(response));
  }

  /** Whether somebody listens to an instance's own channel; its process is gone when not. */
  Future<Boolean> listening(String instance) {
    if (isSharded()) {
      // Nobody but the server of the slot knows, and only publishing is sent there.
      return publishToShard(instance, "")
          .compose(
              heard ->
                  heard == Heard.PERHAPS
                      ? hasLease(instance)
                      : Future.succeededFuture(heard == Heard.YES));
    }
    Request request = Request.cmd(Command.PUBSUB).arg("NUMSUB").arg(channelOf(instance));
    return link.send(request).map(response -> Replies.number(response.get(1)) > 0);
  }

  /**
   * The answer to one renewal.
   *
   * @param rejoined the lease had been lost since the last renewal
   * @param live instances with a lease, this one included
   * @param claimed instances whose lease ran out and whose clean-up fell to the caller
   */
  record Renewal(boolean rejoined, List<String> live, List<String> claimed) {}

  Future<Renewal> renew(String instance, long ttlMs) {
    return link.run(RENEW, List.of(leases()), List.of(instance, Long.toString(ttlMs)))
        .map(
            response ->
                new Renewal(
                    Replies.number(response.get(0)) == 1,
                    Replies.texts(response.get(1)),
                    Replies.texts(response.get(2))));
  }

  /** Gives the lease up; true when it was still held. */
  Future<Boolean> leave(String instance) {
    return link.run(LEAVE, List.of(leases()), List.of(instance))
        .map(response -> Replies.number(response) == 1);
  }

  private String leases() {
    return settings.key("instances", "leases");
  }
}
