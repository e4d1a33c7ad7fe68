package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads devices and what they ask for. Without Redis, every future fails. */
final class PairedStore {
  private static final LuaScript LIST = LuaScript.load("lua/access/pairing/list.lua");
  private static final LuaScript REMOVED = LuaScript.load("lua/access/pairing/removed.lua");
  private static final LuaScript FIND = LuaScript.load("lua/access/pairing/find.lua");

  private final RedisLink redis;

  PairedStore(RedisLink redis) {
    this.redis = redis;
  }

  /** Everything known, in no order. */
  record Listing(List<PairedDevice> devices, List<PairingRequest> requests) {}

  Future<Listing> list() {
    List<Future<Response>> buckets =
        IntStream.range(0, Buckets.COUNT)
            .mapToObj(
                bucket -> redis.run(LIST, List.of(DeviceStore.prefix(redis, bucket)), List.of()))
            .toList();
    return Future.all(buckets)
        .map(
            all -> {
              var listing = new Listing(new ArrayList<>(), new ArrayList<>());
              all.<Response>list().forEach(answer -> collect(answer, listing));
              return listing;
            });
  }

  Future<Optional<PairedDevice>> find(String deviceId) {
    String prefix = DeviceStore.prefix(redis, Buckets.device(deviceId));
    return redis
        .run(FIND, List.of(prefix), List.of(deviceId))
        .map(
            answer ->
                answer.size() == 0
                    ? Optional.empty()
                    : Optional.of(PairedDevice.of(deviceId, DeviceStore.fields(answer))));
  }

  /** Whether a device that is not found was removed in the last week. */
  Future<Boolean> wasRemoved(String deviceId) {
    return redis
        .run(
            REMOVED,
            List.of(DeviceStore.prefix(redis, Buckets.device(deviceId))),
            List.of(deviceId))
        .map(answer -> DeviceStore.number(answer) > 0);
  }

  /**
   * The oldest generation of a device that still has, in a role, what it was let in with; more than
   * any when the device is not paired for that role.
   */
  Future<Long> oldestInForce(String deviceId, String role) {
    Request fields =
        Request.cmd(Command.HMGET)
            .arg(DeviceStore.prefix(redis, Buckets.device(deviceId)) + "device:" + deviceId)
            .arg("roles")
            .arg("born")
            .arg("lost:" + role);
    return redis
        .send(fields)
        .map(
            answer ->
                PairedDevice.list(Replies.text(answer.get(0))).contains(role)
                    ? Math.max(orZero(answer.get(1)), orZero(answer.get(2)))
                    : Long.MAX_VALUE);
  }

  private static long orZero(@Nullable Response number) {
    return number == null ? 0 : DeviceStore.number(number);
  }

  private static void collect(Response bucket, Listing listing) {
    for (Response device : bucket.get(0)) {
      Map<String, String> fields = DeviceStore.fields(device.get(1));
      if (!fields.isEmpty()) {
        listing.devices().add(PairedDevice.of(device.get(0).toString(), fields));
      }
    }
    for (Response request : bucket.get(1)) {
      listing.requests().add(PairingRequest.of(DeviceStore.fields(request)));
    }
  }
}
