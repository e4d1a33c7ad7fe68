package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.channel.SenderStore.Waiting;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code channels.pairing.list|approve|dismiss}: strangers who wait to be let in. Protocol 05
 * (unlisted in protocol 3).
 */
public final class SenderMethods {
  private final ChannelService channels;

  public SenderMethods(ChannelService channels) {
    this.channels = channels;
  }

  /** The handlers by method name; none of them is listed. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "channels.pairing.list", this::list,
        "channels.pairing.approve", call -> judge(call, true),
        "channels.pairing.dismiss", this::dismiss);
  }

  private List<Held> concerned(ObjectNode params) {
    String channel = Json.nonBlank(params, "channel");
    String account = Json.nonBlank(params, "accountId");
    List<Held> all = new ArrayList<>(channels.accounts().all());
    if (channel != null) {
      String id = channel.strip().toLowerCase(Locale.ROOT);
      all.removeIf(one -> !one.account().channel().equals(id));
      if (all.isEmpty()) {
        throw GatewayError.invalid("channel: no channel " + channel + " is configured");
      }
    }
    if (account != null) {
      all.removeIf(one -> !one.account().accountId().equals(account));
      if (all.isEmpty()) {
        throw GatewayError.invalid("accountId: there is no account " + account);
      }
    }
    return all;
  }

  private Future<JsonText> list(Call call) {
    List<Held> all = concerned(call.params());
    List<Future<List<Waiting>>> found = new ArrayList<>();
    all.forEach(one -> found.add(channels.senders().waiting(one.account())));
    return Future.all(found)
        .map(
            done -> {
              ObjectNode json = Json.object();
              json.putObject("limits")
                  .put("pendingPerAccount", SenderStore.MOST)
                  .put("ttlMs", SenderStore.CODE_MS);
              ArrayNode accounts = json.putArray("accounts");
              ArrayNode requests = json.putArray("requests");
              for (int i = 0; i < all.size(); i++) {
                accounts.add(named(all.get(i)));
                for (Waiting one : done.<List<Waiting>>resultAt(i)) {
                  requests.add(request(named(all.get(i)), one));
                }
              }
              return JsonText.of(json);
            });
  }

  private static ObjectNode named(Held held) {
    String name = Json.nonBlank(held.raw(), "name");
    return Json.object()
        .put("channel", held.account().channel())
        .put("channelLabel", held.provider().label())
        .put("accountId", held.account().accountId())
        .put("accountLabel", name == null ? held.account().accountId() : name);
  }

  /** As this gateway's own clients read it, and as those of protocol 4 do. */
  private static ObjectNode request(ObjectNode account, Waiting one) {
    long expiresAtMs = one.createdAtMs() + SenderStore.CODE_MS;
    return account
        .put("requestId", one.code())
        .put("code", one.code())
        .put("senderId", one.senderId())
        .put("senderLabel", one.name().isBlank() ? one.senderId() : one.name())
        .put("name", one.name())
        .put("createdAt", Instant.ofEpochMilli(one.createdAtMs()).toString())
        .put("createdAtMs", one.createdAtMs())
        .put("expiresAt", Instant.ofEpochMilli(expiresAtMs).toString())
        .put("expiresAtMs", expiresAtMs);
  }

  /** A stranger by the code, or somebody who was let in by their id. */
  private Future<JsonText> dismiss(Call call) {
    String senderId = Json.nonBlank(call.params(), "senderId");
    if (senderId == null) {
      return judge(call, false);
    }
    List<Held> all = concerned(call.params());
    List<Future<Boolean>> removed = new ArrayList<>();
    all.forEach(one -> removed.add(channels.senders().remove(one.account(), senderId.strip())));
    return Future.all(removed)
        .map(
            done -> {
              for (int i = 0; i < all.size(); i++) {
                if (done.<Boolean>resultAt(i)) {
                  return JsonText.of(
                      Json.object()
                          .put("ok", true)
                          .put("channel", all.get(i).account().channel())
                          .put("accountId", all.get(i).account().accountId())
                          .put("senderId", senderId.strip()));
                }
              }
              throw GatewayError.invalid(
                  "senderId: nobody of that id was let in; who is in allowFrom is taken out there");
            });
  }

  private Future<JsonText> judge(Call call, boolean admit) {
    String given = Json.nonBlank(call.params(), "code");
    String code = given == null ? Json.nonBlank(call.params(), "requestId") : given;
    if (code == null) {
      throw GatewayError.invalid(admit ? "code is required" : "code or senderId is required");
    }
    return judge(concerned(call.params()), 0, code.strip().toUpperCase(Locale.ROOT), admit);
  }

  private Future<JsonText> judge(List<Held> all, int at, String code, boolean admit) {
    if (at == all.size()) {
      throw GatewayError.invalid(
          "code: nobody waits with " + code + "; codes last an hour (channels.pairing.list)");
    }
    ChannelAccount account = all.get(at).account();
    return channels
        .senders()
        .judge(account, code, admit)
        .compose(
            judged -> {
              if (judged.isEmpty()) {
                return judge(all, at + 1, code, admit);
              }
              return Future.succeededFuture(
                  JsonText.of(
                      Json.object()
                          .put("ok", true)
                          .put("channel", account.channel())
                          .put("accountId", account.accountId())
                          .put("senderId", judged.get().senderId())
                          .put("name", judged.get().name())));
            });
  }
}
