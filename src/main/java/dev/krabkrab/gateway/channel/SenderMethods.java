package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.channel.PeopleTrail.Judgement;
import dev.krabkrab.gateway.channel.SenderStore.Judged;
import dev.krabkrab.gateway.channel.SenderStore.Waiting;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.PersonSentAway;
import dev.krabkrab.gateway.platform.protocol.Caller;
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
  private final PeopleTrail trail;
  private final Backplane backplane;

  /**
   * @param trail takes down who let in or sent away whom
   * @param backplane tells other instances who was sent away
   */
  public SenderMethods(ChannelService channels, PeopleTrail trail, Backplane backplane) {
    this.channels = channels;
    this.trail = trail;
    this.backplane = backplane;
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
    List<ChannelPerson> people =
        concerned(call.params()).stream()
            .map(one -> ChannelPerson.of(one.account(), senderId.strip()))
            .toList();
    List<Future<Boolean>> removed =
        people.stream().map(one -> sendAway(call.caller(), one)).toList();
    return Future.all(removed)
        .map(
            done -> {
              for (int i = 0; i < people.size(); i++) {
                if (done.<Boolean>resultAt(i)) {
                  return JsonText.of(done(people.get(i)));
                }
              }
              throw GatewayError.invalid(
                  "senderId: nobody of that id was let in; who is in allowFrom is taken out there");
            });
  }

  /** False when the person was not let in; what runs for one who was, ends everywhere. */
  private Future<Boolean> sendAway(Caller by, ChannelPerson person) {
    return trail
        .entering(
            new Judgement(false, by, person, ""),
            () -> channels.senders().remove(person),
            was -> was ? new Judgement(false, by, person, "") : null)
        .onSuccess(
            was -> {
              if (was) {
                backplane.publishToAll(
                    new PersonSentAway(person.channel(), person.accountId(), person.senderId()));
              }
            });
  }

  private static ObjectNode done(ChannelPerson person) {
    return Json.object()
        .put("ok", true)
        .put("channel", person.channel())
        .put("accountId", person.accountId())
        .put("senderId", person.senderId());
  }

  private Future<JsonText> judge(Call call, boolean admit) {
    String given = Json.nonBlank(call.params(), "code");
    String code = given == null ? Json.nonBlank(call.params(), "requestId") : given;
    if (code == null) {
      throw GatewayError.invalid(admit ? "code is required" : "code or senderId is required");
    }
    return judge(
        call.caller(), concerned(call.params()), code.strip().toUpperCase(Locale.ROOT), admit);
  }

  private Future<JsonText> judge(Caller by, List<Held> all, String code, boolean admit) {
    if (all.isEmpty()) {
      throw GatewayError.invalid(
          "code: nobody waits with " + code + "; codes last an hour (channels.pairing.list)");
    }
    ChannelAccount account = all.getFirst().account();
    return trail
        .entering(
            new Judgement(admit, by, ChannelPerson.of(account, "code " + code), ""),
            () -> channels.senders().judge(account, code, admit),
            found ->
                found
                    .map(one -> new Judgement(admit, by, person(account, one), one.name()))
                    .orElse(null))
        .compose(
            found ->
                found
                    .map(
                        one -> {
                          ObjectNode answer = done(person(account, one)).put("name", one.name());
                          return Future.succeededFuture(JsonText.of(answer));
                        })
                    .orElseGet(() -> judge(by, all.subList(1, all.size()), code, admit)));
  }

  private static ChannelPerson person(ChannelAccount account, Judged one) {
    return ChannelPerson.of(account, one.senderId());
  }
}
