package dev.krabkrab.gateway.channels;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What clients are told of channels, and may ask of them. Protocol 03 §5 to §7. */
public final class ChannelService {
  private final ChannelRegistry channels;
  private final BooleanSupplier documentValid;
  private final InstantSource clock;

  /**
   * @param documentValid whether the gateway document may be changed as it is
   */
  public ChannelService(
      ChannelRegistry channels, BooleanSupplier documentValid, InstantSource clock) {
    this.channels = channels;
    this.documentValid = documentValid;
    this.clock = clock;
  }

  /** The payload of {@code channels.status}. */
  Future<JsonText> status(long probeMs) {
    List<Channel> all = channels.all();
    List<Future<List<ObjectNode>>> accounts = new ArrayList<>();
    all.forEach(channel -> accounts.add(channel.accounts(probeMs)));
    return Future.all(accounts)
        .map(
            found -> {
              ObjectNode json = labels(all);
              ObjectNode rows = json.putObject("channelAccounts");
              for (int i = 0; i < all.size(); i++) {
                rows.putArray(all.get(i).id()).addAll(found.<List<ObjectNode>>resultAt(i));
              }
              ObjectNode defaults = json.putObject("channelDefaultAccountId");
              all.forEach(channel -> defaults.put(channel.id(), channel.defaultAccount()));
              return JsonText.of(json);
            });
  }

  private ObjectNode labels(List<Channel> all) {
    ObjectNode json = Json.object().put("ts", clock.millis());
    json.set("channelOrder", Json.texts(all.stream().map(Channel::id).toList()));
    ObjectNode labels = json.putObject("channelLabels");
    ObjectNode details = json.putObject("channelDetailLabels");
    ObjectNode images = json.putObject("channelSystemImages");
    var meta = json.putArray("channelMeta");
    ObjectNode summaries = json.putObject("channels");
    for (Channel channel : all) {
      labels.put(channel.id(), channel.label());
      details.put(channel.id(), channel.detailLabel());
      images.put(channel.id(), channel.systemImage());
      meta.addObject()
          .put("id", channel.id())
          .put("label", channel.label())
          .put("detailLabel", channel.detailLabel())
          .put("systemImage", channel.systemImage());
      summaries.set(channel.id(), channel.summary());
    }
    return json;
  }

  /** The payload of {@code channels.logout}. */
  Future<JsonText> logout(String id, @Nullable String accountId) {
    Channel channel =
        channels
            .find(id.strip())
            .orElseThrow(() -> GatewayError.invalid("invalid channels.logout channel"));
    Channel.Logout logout =
        channel
            .logout()
            .orElseThrow(
                () -> GatewayError.invalid("channel " + channel.id() + " does not support logout"));
    if (!documentValid.getAsBoolean()) {
      throw GatewayError.invalid("config invalid; fix it before logging out");
    }
    String account = accountId == null ? channel.defaultAccount() : accountId;
    return logout
        .logOut(account)
        .map(
            extras -> {
              ObjectNode json =
                  Json.object().put("channel", channel.id()).put("accountId", account);
              return JsonText.of((ObjectNode) json.setAll(extras));
            });
  }

  /** The payload of {@code web.login.start}. */
  Future<JsonText> startLogin(@Nullable String accountId, boolean force, long timeoutMs) {
    Linked linked = linked();
    return linked.login().start(account(linked, accountId), force, timeoutMs).map(JsonText::of);
  }

  /** The payload of {@code web.login.wait}. */
  Future<JsonText> awaitLogin(@Nullable String accountId, long timeoutMs) {
    Linked linked = linked();
    return linked.login().await(account(linked, accountId), timeoutMs).map(JsonText::of);
  }

  private record Linked(Channel channel, Channel.WebLogin login) {}

  private Linked linked() {
    return channels.all().stream()
        .flatMap(channel -> channel.webLogin().map(login -> new Linked(channel, login)).stream())
        .findFirst()
        .orElseThrow(() -> GatewayError.invalid("web login provider is not available"));
  }

  private static String account(Linked linked, @Nullable String accountId) {
    return accountId == null ? linked.channel().defaultAccount() : accountId;
  }
}
