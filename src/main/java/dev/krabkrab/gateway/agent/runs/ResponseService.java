package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Remembers for 30 days which session a response was written in, so that the next one goes on
 * there, on any instance. Protocol 04 §21.
 */
public final class ResponseService {
  private static final Pattern ID = Pattern.compile("resp_[A-Za-z0-9-]{1,64}");

  private final ResponseStore store;

  public ResponseService(RedisLink link) {
    this.store = new ResponseStore(link);
  }

  /**
   * Remembers one.
   *
   * @param sessionKey canonical
   */
  public Future<Void> keep(String id, String sessionKey) {
    return store.keep(id, sessionKey);
  }

  /** The canonical key of its session; empty for one that is not, or no longer, remembered. */
  public Future<Optional<String>> sessionOf(String id) {
    return ID.matcher(id).matches() ? store.find(id) : Future.succeededFuture(Optional.empty());
  }
}
