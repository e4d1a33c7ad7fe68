package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Messages that wait to be sent, in Redis, so that they outlive who took them on. */
final class OutboxStore {
  private static final LuaScript PUT = LuaScript.load("lua/channel/put.lua");
  private static final LuaScript TAKE = LuaScript.load("lua/channel/take.lua");
  private static final LuaScript PART = LuaScript.load("lua/channel/part.lua");
  private static final LuaScript SENT = LuaScript.load("lua/channel/sent.lua");
  private static final LuaScript WAITING = LuaScript.load("lua/channel/waiting.lua");
  private static final LuaScript EXTEND = LuaScript.load("lua/channel/extend.lua");
  private static final LuaScript ASK = LuaScript.load("lua/channel/ask.lua");
  private static final LuaScript TARGETS = LuaScript.load("lua/channel/targets.lua");
  private static final LuaScript ANSWER = LuaScript.load("lua/channel/answer.lua");
  private static final LuaScript EXPIRE = LuaScript.load("lua/channel/expire.lua");

  /** How long an id that was sent is not sent again, in milliseconds: an hour. */
  private static final long REMEMBER_MS = 3_600_000L;

  private final RedisLink link;

  OutboxStore(RedisLink link) {
    this.link = link;
  }

  /**
   * A message that one instance is to send now.
   *
   * @param account that speaks
   * @param sinceMs when it was taken on, Redis time
   * @param turn how often it was taken, this time included; whoever has the last turn sends it
   * @param parts how many of its parts are out
   */
  record Due(
      String id,
      String account,
      String target,
      Delivery delivery,
      long sinceMs,
      long turn,
      int parts) {}

  /** Takes a message on; false when there was one of that id. */
  Future<Boolean> put(String id, Delivery delivery) {
    return link.run(PUT, keys(), List.of(id, delivery.target(), delivery.encode()))
        .map(put -> Replies.number(put) == 1);
  }

  /** What waits, by channel. */
  Future<Map<String, WaitingMessages>> waiting() {
    return link.run(WAITING, keys(), List.of())
        .map(
            answer -> {
              Map<String, WaitingMessages> all = new HashMap<>();
              for (Response entry : answer) {
                String account = entry.get(0).toString();
                all.merge(
                    account.substring(0, account.indexOf(':')),
                    new WaitingMessages(Replies.number(entry.get(1)), Replies.number(entry.get(2))),
                    WaitingMessages::plus);
              }
              return all;
            });
  }

  /**
   * What this instance is to send, within a time.
   *
   * @param most messages
   * @param mostOfOne messages of one account, with those it is sending already
   * @param sending how many messages of which account it is sending
   */
  Future<List<Due>> take(int most, int mostOfOne, long withinMs, Map<String, Integer> sending) {
    List<String> args =
        new ArrayList<>(
            List.of(Integer.toString(most), Integer.toString(mostOfOne), Long.toString(withinMs)));
    sending.forEach(
        (account, count) -> {
          args.add(account);
          args.add(count.toString());
        });
    return link.run(TAKE, keys(), args)
        .map(
            answer -> {
              List<Due> due = new ArrayList<>();
              for (Response entry : answer) {
                due.add(
                    new Due(
                        entry.get(0).toString(),
                        entry.get(1).toString(),
                        entry.get(2).toString(),
                        Delivery.decode(entry.get(3).toString()),
                        (long) Double.parseDouble(entry.get(4).toString()),
                        Long.parseLong(entry.get(5).toString()),
                        Integer.parseInt(entry.get(6).toString())));
              }
              return due;
            });
  }

  /** This instance is still at it. */
  Future<Void> extend(Collection<Due> sending, long ms) {
    List<String> args = new ArrayList<>(List.of(Long.toString(ms)));
    for (Due due : sending) {
      args.add(due.id());
      args.add(Long.toString(due.turn()));
    }
    return link.run(EXTEND, keys(), args).mapEmpty();
  }

  /** So many parts of it are out; fails when another one has its turn. */
  Future<Void> note(Due due, int parts) {
    List<String> args = List.of(due.id(), Long.toString(due.turn()), Integer.toString(parts));
    return link.run(PART, keys(), args)
        .compose(
            noted ->
                Replies.number(noted) == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        DeliveryException.passing("another instance sends it", 0)));
  }

  /** It is over. */
  Future<Void> done(Due due) {
    return sent(due, "");
  }

  /** It is to be tried again, and what waits for the same target waits with it. */
  Future<Void> again(Due due, long inMs) {
    return sent(due, Long.toString(inMs));
  }

  private Future<Void> sent(Due due, String againInMs) {
    List<String> args =
        List.of(due.id(), Long.toString(due.turn()), againInMs, Long.toString(REMEMBER_MS));
    return link.run(SENT, keys(), args).mapEmpty();
  }

  /** Takes the question about an approval on, once in the cluster; answers how many messages. */
  Future<Long> ask(
      String approval,
      long rememberMs,
      String expired,
      long expiresInMs,
      Map<String, Delivery> deliveries) {
    List<String> args =
        new ArrayList<>(
            List.of(approval, Long.toString(rememberMs), expired, Long.toString(expiresInMs)));
    deliveries.forEach(
        (target, delivery) -> {
          args.add(target);
          args.add(delivery.encode());
        });
    return link.run(ASK, keys(), args).map(Replies::number);
  }

  /** Targets that the latest notice of an approval was sent to. */
  Future<List<String>> approvalTargets(String approvalId) {
    return link.run(TARGETS, keys(), List.of(approvalId)).map(Replies::texts);
  }

  /** Enqueues the outcome of an approval for its targets. */
  Future<Long> answer(String approval, String text) {
    return link.run(ANSWER, keys(), List.of(approval, text)).map(Replies::number);
  }

  /** Enqueues the expiry of approvals for their targets. */
  Future<Long> expire(long graceMs) {
    return link.run(EXPIRE, keys(), List.of(Long.toString(graceMs))).map(Replies::number);
  }

  private List<String> keys() {
    return List.of(link.settings().key("channels", ""));
  }
}
