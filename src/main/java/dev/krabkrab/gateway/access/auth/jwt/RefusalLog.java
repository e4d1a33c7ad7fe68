package dev.krabkrab.gateway.access.auth.jwt;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why tokens are refused: one line a minute for each issuer and reason, with how many there
 * were since the last. Anybody may send wrong tokens as fast as he can. Safe from any thread.
 */
final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(JwtIdentity.class);
  private static final long WINDOW_MS = 60_000;

  private final InstantSource clock;
  private final Map<Kind, Seen> seen = new ConcurrentHashMap<>();

  /**
   * @param issuer name of one that is set
   * @param why one of the few texts there are
   */
  private record Kind(String issuer, String why) {}

  /**
   * @param loggedMs when the last line of its kind was written
   * @param unlogged refusals since
   * @param due whether this one is to be logged
   */
  private record Seen(long loggedMs, int unlogged, boolean due) {}

  RefusalLog(InstantSource clock) {
    this.clock = clock;
  }

  void refused(String issuer, String why) {
    Kind kind = new Kind(issuer, why);
    int[] more = new int[1];
    Seen now = seen.compute(kind, (same, before) -> next(before, more));
    if (!now.due()) {
      return;
    }
    if (more[0] == 0) {
      LOG.info("a token of issuer {} {}", issuer, why);
    } else {
      LOG.info("a token of issuer {} {}; {} more since this was logged last", issuer, why, more[0]);
    }
  }

  private Seen next(@Nullable Seen before, int[] more) {
    long now = clock.millis();
    if (before != null && now - before.loggedMs() < WINDOW_MS) {
      return new Seen(before.loggedMs(), before.unlogged() + 1, false);
    }
    more[0] = before == null ? 0 : before.unlogged();
    return new Seen(now, 0, true);
  }
}
