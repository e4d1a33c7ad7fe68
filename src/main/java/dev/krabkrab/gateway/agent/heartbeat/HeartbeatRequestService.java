package dev.krabkrab.gateway.agent.heartbeat;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Asks for heartbeats, which whatever instance is first then runs. Protocol 03 §21. */
public final class HeartbeatRequestService {
  /** What is requested within this time is one heartbeat, in milliseconds. */
  static final long COALESCE_MS = 250;

  private final HeartbeatStore store;
  private final Supplier<HeartbeatSettings> settings;

  public HeartbeatRequestService(RedisLink link, Supplier<HeartbeatSettings> settings) {
    this.store = new HeartbeatStore(link);
    this.settings = settings;
  }

  /**
   * Asks for a heartbeat of every agent that has one, a moment from now.
   *
   * @param reason such as {@code wake}
   * @return fails while Redis is away
   */
  public Future<Void> ask(String reason) {
    return store.ask(settings.get().agents(), COALESCE_MS, reason);
  }
}
