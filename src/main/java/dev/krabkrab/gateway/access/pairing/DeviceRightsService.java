package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.CloseDevice;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Checks whether devices still have the rights that they were let in with. An answer is cached for
 * a second, or until a device is known to have lost some. For one context. Fails closed: without
 * Redis, every future fails.
 */
public final class DeviceRightsService {
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_KEPT = 1_000;
  private static final String ROLE = Role.OPERATOR.wire();
  private static final long MICROS = 1_000;

  private final PairedStore store;
  private final Map<Name, Read> kept = new HashMap<>();

  private record Name(String deviceId, String role) {}

  /** The oldest generation that has its rights still. */
  private record Read(Future<Long> oldest, long atNanos) {}

  private DeviceRightsService(RedisLink redis) {
    this.store = new PairedStore(redis);
  }

  /** One that hears of devices that lose something; for the calling context. */
  public static DeviceRightsService open(Platform platform, RedisLink redis) {
    DeviceRightsService rights = new DeviceRightsService(redis);
    platform
        .backplane()
        .on(CloseDevice.class, received -> rights.changed(received.message().deviceId()));
    return rights;
  }

  /**
   * Whether what a device was let in with as an operator is in force.
   *
   * @param generation under which it was let in
   */
  public Future<Boolean> stand(String deviceId, long generation) {
    return oldest(deviceId, ROLE).map(oldest -> generation >= oldest);
  }

  /**
   * Whether a device was paired, or lost rights in a role, after a time: what was decided about it
   * before is not about it as it is now. False for what is no paired device.
   *
   * @param role whose rights count
   * @param atMs Redis time, in milliseconds since 1970
   */
  public Future<Boolean> isNewerThan(String deviceId, Role role, long atMs) {
    return oldest(deviceId, role.wire())
        .map(oldest -> oldest != Long.MAX_VALUE && oldest / MICROS > atMs);
  }

  /**
   * Whether a device has lost nothing in a role since a time, and is paired still.
   *
   * @param atMs Redis time, in milliseconds since 1970
   */
  public Future<Boolean> stoodAt(String deviceId, Role role, long atMs) {
    return oldest(deviceId, role.wire())
        .map(oldest -> oldest != Long.MAX_VALUE && oldest / MICROS <= atMs);
  }

  private Future<Long> oldest(String deviceId, String role) {
    long now = System.nanoTime();
    Name name = new Name(deviceId, role);
    Read read = kept.get(name);
    if (read == null || now - read.atNanos() > KEPT_NANOS || read.oldest().failed()) {
      if (kept.size() >= MOST_KEPT) {
        kept.clear();
      }
      read = new Read(store.oldestInForce(deviceId, role), now);
      kept.put(name, read);
    }
    return read.oldest();
  }

  /** A device lost something: what is known of it counts no more. */
  private void changed(String deviceId) {
    kept.keySet().removeIf(name -> name.deviceId().equals(deviceId));
  }
}
