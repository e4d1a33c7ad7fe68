package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tells how channels and their accounts are doing, in the whole cluster. Protocol 03 §5. */
final class ChannelStatus {
  private static final List<String> TIMES =
      List.of(
          "lastConnectedAt",
          "lastStartAt",
          "lastStopAt",
          "lastInboundAt",
          "lastOutboundAt",
          "lastOutboundErrorAt",
          "reconnectAttempts");

  private final ChannelAccounts accounts;
  private final ChannelStore store;
  private final InstantSource clock;

  ChannelStatus(ChannelAccounts accounts, ChannelStore store, InstantSource clock) {
    this.accounts = accounts;
    this.store = store;
    this.clock = clock;
  }

  /**
   * The payload of {@code channels.status}.
   *
   * @param probeMs 0 for what is known; otherwise the channels are probed, for so long at most
   */
  Future<ObjectNode> of(long probeMs) {
    List<ChannelProvider> channels = accounts.channels();
    List<Held> all = channels.stream().flatMap(one -> accounts.of(one.id()).stream()).toList();
    Future<List<Map<String, String>>> noted =
        all.isEmpty()
            ? Future.succeededFuture(List.of())
            : store.status(all.stream().map(Held::account).toList());
    return noted
        .compose(
            status -> {
              List<Future<ObjectNode>> rows = new ArrayList<>();
              for (int i = 0; i < all.size(); i++) {
                rows.add(row(all.get(i), status.get(i), probeMs));
              }
              return Future.all(rows);
            })
        .map(rows -> statusJson(channels, all, rows.list()));
  }

  private ObjectNode statusJson(
      List<ChannelProvider> channels, List<Held> all, List<ObjectNode> rows) {
    ObjectNode json = Json.object().put("ts", clock.millis());
    json.set("channelOrder", Json.texts(channels.stream().map(ChannelProvider::id).toList()));
    ObjectNode labels = json.putObject("channelLabels");
    ObjectNode details = json.putObject("channelDetailLabels");
    ObjectNode images = json.putObject("channelSystemImages");
    var meta = json.putArray("channelMeta");
    ObjectNode summaries = json.putObject("channels");
    ObjectNode tables = json.putObject("channelAccounts");
    ObjectNode defaults = json.putObject("channelDefaultAccountId");
    for (ChannelProvider channel : channels) {
      labels.put(channel.id(), channel.label());
      details.put(channel.id(), channel.detailLabel());
      images.put(channel.id(), channel.systemImage());
      meta.addObject()
          .put("id", channel.id())
          .put("label", channel.label())
          .put("detailLabel", channel.detailLabel())
          .put("systemImage", channel.systemImage());
      String usual = accounts.usual(channel.id());
      defaults.put(channel.id(), usual);
      var table = tables.putArray(channel.id());
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).provider().equals(channel)) {
          table.add(rows.get(i));
          if (all.get(i).account().accountId().equals(usual)) {
            summaries.set(channel.id(), rows.get(i).deepCopy());
          }
        }
      }
      if (!summaries.has(channel.id())) {
        summaries.putObject(channel.id()).put("configured", false);
      }
    }
    return json;
  }

  private Future<ObjectNode> row(Held held, Map<String, String> noted, long probeMs) {
    ChannelConnector connector = held.connector();
    ChannelAccount account = held.account();
    ObjectNode row = Json.object().put("accountId", account.accountId());
    Json.putIfPresent(row, "name", Json.nonBlank(held.raw(), "name"));
    row.put("enabled", account.enabled());
    row.put("configured", held.problem() == null);
    boolean listens = connector != null && connector.listens();
    row.put("running", listens ? noted.containsKey("listener") : connector != null);
    if (listens) {
      row.put("connected", "true".equals(noted.get("connected")) && noted.containsKey("listener"));
      Json.putIfPresent(row, "instance", noted.get("listener"));
    }
    for (String time : TIMES) {
      String value = noted.get(time);
      if (value != null) {
        row.put(time, Long.parseLong(value));
      }
    }
    String error = held.problem() != null ? held.problem() : noted.getOrDefault("lastError", "");
    if (!error.isEmpty()) {
      row.put("lastError", error);
    }
    Json.putIfPresent(row, "lastOutboundError", noted.get("lastOutboundError"));
    row.put("mode", listens ? "listen" : "webhook");
    String policy = Json.nonBlank(held.raw(), "dmPolicy");
    row.put("dmPolicy", policy == null ? held.provider().dmPolicy() : policy);
    row.set("allowFrom", Json.texts(account.texts("allowFrom")));
    for (String secret : held.provider().secrets()) {
      row.put(secret + "Source", ChannelAccounts.source(held, secret));
    }
    return probeMs == 0 || connector == null
        ? Future.succeededFuture(row)
        : probed(row, connector, probeMs);
  }

  /** A channel that is away is reported as such; the others are reported all the same. */
  private Future<ObjectNode> probed(ObjectNode row, ChannelConnector connector, long probeMs) {
    long from = System.nanoTime();
    return connector
        .probe()
        .timeout(probeMs, TimeUnit.MILLISECONDS)
        .transform(
            done -> {
              ObjectNode probe = row.putObject("probe").put("ok", done.succeeded());
              probe.put("elapsedMs", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from));
              if (done.succeeded()) {
                probe.setAll(done.result());
              } else {
                probe.put("error", String.valueOf(done.cause().getMessage()));
              }
              row.put("lastProbeAt", clock.millis());
              return Future.succeededFuture(row);
            });
  }
}
