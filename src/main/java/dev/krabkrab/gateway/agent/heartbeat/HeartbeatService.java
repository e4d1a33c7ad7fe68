package dev.krabkrab.gateway.agent.heartbeat;

import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Heartbeats: turns in which agents look at what has happened, one at a time for each in the whole
 * cluster. Their switch and the last event are shared. Protocol 03 §21. Belongs to one context.
 * Fails while Redis is away.
 */
public final class HeartbeatService {
  private final HeartbeatStore store;
  private final SystemEventService events;
  private final Supplier<HeartbeatSettings> settings;
  private final HeartbeatRequestService requests;
  private final HeartbeatRunner runner;

  /** Makes it on the calling context. */
  public HeartbeatService(
      Vertx vertx,
      RedisLink link,
      HeartbeatSources sources,
      Broadcaster broadcaster,
      Ids ids,
      InstantSource clock) {
    this.store = new HeartbeatStore(link);
    this.events = sources.events();
    this.settings = sources.settings();
    this.requests = new HeartbeatRequestService(link, settings);
    this.runner = new HeartbeatRunner(vertx, store, sources, broadcaster, ids, clock);
  }

  /** The methods of heartbeats, for the context of this service. Protocol 03 §21. */
  public Map<String, MethodHandler> methods() {
    return new HeartbeatMethods(this).handlers();
  }

  /** Counts heartbeats from now on; before {@link #start}. */
  public void measure(HeartbeatMetrics metrics) {
    runner.measure(metrics);
  }

  /** Looks for due heartbeats from now on. */
  public void start() {
    runner.start();
  }

  /** Returns the last heartbeat event, or JSON null when there was none. */
  public Future<JsonText> last() {
    return store.last().map(text -> text == null ? JsonText.NULL : JsonText.of(text));
  }

  /** Switches all heartbeats on or off, everywhere. */
  public Future<Void> enable(boolean enabled) {
    return store.setEnabled(enabled);
  }

  /** Whether heartbeats may run; on until switched off. */
  public Future<Boolean> enabled() {
    return store.enabled();
  }

  /**
   * Queues a text for the main conversation.
   *
   * @param now asks for a heartbeat as well
   * @return false for a blank text
   */
  public Future<Boolean> wake(String text, boolean now) {
    if (text.isBlank()) {
      return Future.succeededFuture(false);
    }
    return events
        .enqueue(settings.get().mainSession(), text, null)
        .compose(queued -> now ? request("wake") : Future.succeededFuture())
        .map(true);
  }

  /** Asks for a heartbeat of every agent that has one, a moment from now. */
  public Future<Void> request(String reason) {
    return requests
        .ask(reason)
        .onSuccess(requested -> runner.soon(HeartbeatRequestService.COALESCE_MS));
  }

  /** Runs an agent's heartbeat and waits for it; up to two minutes more when it is busy. */
  public Future<HeartbeatResult> runNow(String agentId, String reason) {
    return settings.get().agents().stream()
        .filter(agent -> agent.agentId().equals(agentId))
        .findFirst()
        .map(agent -> runner.now(agent, reason))
        .orElseGet(() -> Future.succeededFuture(HeartbeatResult.skipped("disabled")));
  }
}
