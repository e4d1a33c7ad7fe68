package dev.krabkrab.gateway.platform.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The scripts that one connection has been sent, and the commands that run a script. */
final class SentScripts {
  private final Set<LuaScript> sent = new HashSet<>();

  /** Notes a script as sent; false when it had been before. */
  boolean first(LuaScript script) {
    return sent.add(script);
  }

  /** Another connection begins. */
  void clear() {
    sent.clear();
  }

  /** Runs a script by its text. */
  static Request byText(LuaScript script, List<String> keys, List<String> args) {
    return request(Command.EVAL, script.source(), keys, args);
  }

  /** Runs a script that Redis has seen. */
  static Request byHash(LuaScript script, List<String> keys, List<String> args) {
    return request(Command.EVALSHA, script.sha1(), keys, args);
  }

  private static Request request(
      Command command, String body, List<String> keys, List<String> args) {
    Request request = Request.cmd(command).arg(body).arg(keys.size());
    keys.forEach(request::arg);
    args.forEach(request::arg);
    return request;
  }
}
