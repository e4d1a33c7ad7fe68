package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.channel.ChannelMetrics.Outcome;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what goes on with channel accounts: counted here, and in each account's status, which all
 * instances show. A status that Redis does not take is left as it was. For one context.
 */
final class AccountActivity {
  private static final Logger LOG = LoggerFactory.getLogger(AccountActivity.class);

  private final ChannelStore store;
  private final ChannelMetrics metrics;
  private final InstantSource clock;

  AccountActivity(ChannelStore store, ChannelMetrics metrics, InstantSource clock) {
    this.store = store;
    this.metrics = metrics;
    this.clock = clock;
  }

  void count(String channel, Outcome outcome) {
    metrics.count(channel, outcome);
  }

  /** Sets fields of an account's status. */
  void note(ChannelAccount account, Map<String, String> fields) {
    store.note(account, fields).onFailure(e -> LOG.debug("status not noted: {}", e.getMessage()));
  }

  /** The time as a status holds it, in milliseconds since the epoch. */
  String now() {
    return Long.toString(clock.millis());
  }
}
