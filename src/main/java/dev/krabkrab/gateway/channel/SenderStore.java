package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Keeps in Redis the senders let in to an account, and those who wait for it with a code. */
final class SenderStore {
  private static final LuaScript KNOCK = LuaScript.load("lua/channel/knock.lua");
  private static final LuaScript KNOCKS = LuaScript.load("lua/channel/knocks.lua");
  private static final LuaScript ADMIT = LuaScript.load("lua/channel/admit.lua");

  /** How long a code lasts, in milliseconds. */
  static final long CODE_MS = 3_600_000L;

  /** Strangers who wait in an account at once; more are not answered. */
  static final int MOST = 20;

  /** Without what looks alike. */
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  private static final int CODE_LENGTH = 8;

  private final RedisLink link;
  private final RandomGenerator random;

  /**
   * @param random cannot be foreseen
   */
  SenderStore(RedisLink link, RandomGenerator random) {
    this.link = link;
    this.random = random;
  }

  /** Somebody who waits. */
  record Waiting(String senderId, String name, String code, long createdAtMs) {}

  /** Somebody who was let in or sent away. */
  record Judged(String senderId, String name) {}

  Future<Boolean> isAdmitted(ChannelAccount account, String senderId) {
    return link.send(Request.cmd(Command.SISMEMBER).arg(admitted(account.toString())).arg(senderId))
        .map(there -> Replies.number(there) == 1);
  }

  /** Notes a stranger; a code when they did not have one before this message. */
  Future<Optional<String>> knock(
      ChannelAccount account, String senderId, String name, String messageId) {
    List<String> args =
        List.of(
            account.toString(),
            senderId,
            code(),
            name,
            Long.toString(CODE_MS),
            Integer.toString(MOST),
            messageId);
    return link.run(KNOCK, keys(), args)
        .map(
            answer ->
                answer.get(0).toString().equals("new")
                    ? Optional.of(answer.get(1).toString())
                    : Optional.empty());
  }

  Future<List<Waiting>> waiting(ChannelAccount account) {
    return link.run(KNOCKS, keys(), List.of(account.toString(), Long.toString(CODE_MS)))
        .map(
            flat -> {
              List<Waiting> all = new ArrayList<>();
              for (int i = 0; i < flat.size(); i += 2) {
                ObjectNode entry = Json.parseObject(flat.get(i + 1).toString());
                all.add(
                    new Waiting(
                        flat.get(i).toString(),
                        entry.path("name").asText(),
                        entry.path("code").asText(),
                        entry.path("createdAt").asLong()));
              }
              return all;
            });
  }

  /** Lets in, or sends away, whoever was given a code. */
  Future<Optional<Judged>> judge(ChannelAccount account, String code, boolean admit) {
    List<String> args =
        List.of(account.toString(), code, Long.toString(CODE_MS), admit ? "1" : "0");
    return link.run(ADMIT, keys(), args)
        .map(
            answer ->
                answer.size() == 0
                    ? Optional.empty()
                    : Optional.of(new Judged(answer.get(0).toString(), answer.get(1).toString())));
  }

  /** Sends somebody away who was let in; false when nobody was. */
  Future<Boolean> remove(ChannelPerson person) {
    String account = person.channel() + ":" + person.accountId();
    return link.send(Request.cmd(Command.SREM).arg(admitted(account)).arg(person.senderId()))
        .map(removed -> Replies.number(removed) == 1);
  }

  private String code() {
    StringBuilder code = new StringBuilder(CODE_LENGTH);
    for (int i = 0; i < CODE_LENGTH; i++) {
      code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return code.toString();
  }

  private String admitted(String account) {
    return link.settings().key("channels", "admitted:" + account);
  }

  private List<String> keys() {
    return List.of(link.settings().key("channels", ""));
  }
}
